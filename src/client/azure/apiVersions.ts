import type { PipelinePolicy, PipelineResponse } from '@azure/core-rest-pipeline';
import { SECOND_REGION_VERSION } from '../secondRegion';
import { serviceErrorIn } from '../serviceError';
import { armAction } from './action';

const UNKNOWN_VERSION = new Set(['InvalidApiVersionParameter', 'InvalidResourceType', 'NoRegisteredProviderFound']);
const SUPPORTED = /supported (?:api-)?versions are '([^']+)'/i;
const STABLE = /^\d{4}-\d{2}-\d{2}$/;
const ASKED = /([?&]api-version=)([^&]+)/;

/**
 * Some clouds know a service's newest api-version later than the SDKs. One that refuses a version names those that it has: the
 * newest of them is used instead, from then on for every resource of that type. Where the version itself says what is meant, it stays.
 */
export function apiVersionPolicy(): PipelinePolicy {
  const known = new Map<string, string>();
  return {
    name: 'knownApiVersions',
    sendRequest: async (request, next) => {
      const { action } = armAction(request.method, request.url);
      const asked = request.url;
      const version = ASKED.exec(asked)?.[2];
      if (version === undefined || version === SECOND_REGION_VERSION) return next(request);
      const key = `${action.split('/').slice(0, 2).join('/').toLowerCase()} ${version}`;
      const use = (other: string) => {
        request.url = asked.replace(ASKED, (_, before: string) => `${before}${other}`);
      };
      const earlier = known.get(key);
      if (earlier !== undefined) use(earlier);
      const response = await next(request);
      const newest = earlier === undefined ? newestKnown(response) : undefined;
      if (newest === undefined) return response;
      known.set(key, newest);
      use(newest);
      return next(request);
    },
  };
}

/** The newest version that an answer says is supported, if it refuses the one that was asked for. */
function newestKnown({ status, bodyAsText }: PipelineResponse): string | undefined {
  if ((status !== 400 && status !== 404) || !bodyAsText?.startsWith('{')) return undefined;
  const { code = '', message = '' } = serviceErrorIn(parsed(bodyAsText)) ?? {};
  const [, list = ''] = (UNKNOWN_VERSION.has(code) && SUPPORTED.exec(message)) || [];
  const versions = list.split(',').map((version) => version.trim());
  return versions
    .filter((version) => STABLE.test(version))
    .toSorted()
    .at(-1);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // what only begins as JSON is no error of ARM's
  }
}
