// The stand-in for the accounts of a custom cloud, and the settings that make VS Code ask it.
import { packageHelper } from './helper.mjs';

/** Makes the helper's .vsix and returns its path. */
export function packageSignIn() {
  return packageHelper('sign-in');
}

/** User settings for a cloud whose Resource Manager is at `origin`. */
export function cloudSettings(origin) {
  const url = `${origin}/`;
  return {
    'microsoft-sovereign-cloud.environment': 'custom',
    'microsoft-sovereign-cloud.customEnvironment': {
      name: 'Dressed cloud',
      portalUrl: url,
      managementEndpointUrl: url,
      resourceManagerEndpointUrl: url,
      activeDirectoryEndpointUrl: url,
      activeDirectoryResourceId: url,
    },
  };
}
