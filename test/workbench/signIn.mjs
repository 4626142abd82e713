// Packages the stand-in for the accounts of a custom cloud, and the settings that make VS Code ask it.
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { out, root } from './paths.mjs';

const source = join(root, 'test/workbench/sign-in');

/** Makes the helper's .vsix and returns its path. */
export async function packageSignIn() {
  mkdirSync(out, { recursive: true });
  const file = join(out, 'test-sign-in.vsix');
  const vsce = join(root, 'node_modules/@vscode/vsce/vsce');
  const flags = ['--no-dependencies', '--allow-missing-repository', '--skip-license'];
  await promisify(execFile)(process.execPath, [vsce, 'package', ...flags, '--out', file], { cwd: source });
  return file;
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
