import type { TokenCredential } from '@azure/core-auth';
import { bearerTokenAuthenticationPolicy, defaultRetryPolicy, type PipelinePolicy } from '@azure/core-rest-pipeline';
import type { ArmClients } from '../armClients';
import { keepErrorBody } from '../armErrors';

export interface Way {
  readonly credential: TokenCredential;
  readonly scope: string;
  /** Where ARM is. The token goes nowhere else, whatever a link or a redirection says. */
  readonly endpoint: string;
  /** See a call once, however often it is tried. */
  readonly around: readonly PipelinePolicy[];
  /** Tries a call again; the SDKs' own retries are taken out. */
  readonly retry: PipelinePolicy;
  /** See every try, with its token. */
  readonly perTry: readonly PipelinePolicy[];
}

/**
 * Gives all SDK clients of a connection one way to Azure, so that they share a token, a bound and a budget. Signing in is part
 * of each try: a new one has a token that is still good. A claims challenge is answered there, and the request sent again.
 */
export function shareWay(clients: ArmClients, way: Way): void {
  const signIn = signInPolicy(way);
  const { name: sdkRetries } = defaultRetryPolicy();
  for (const { pipeline } of Object.values(clients)) {
    pipeline.removePolicy({ name: signIn.name });
    pipeline.removePolicy({ name: sdkRetries });
    for (const policy of way.around) pipeline.addPolicy(policy, { phase: 'Deserialize' });
    pipeline.addPolicy(way.retry, { phase: 'Retry' });
    pipeline.addPolicy(signIn, { phase: 'Sign' });
    for (const policy of [...way.perTry, errorBodies]) pipeline.addPolicy(policy, { afterPhase: 'Sign' });
  }
}

function signInPolicy({ credential, scope, endpoint }: Way): PipelinePolicy {
  const signIn = bearerTokenAuthenticationPolicy({ credential, scopes: scope });
  const { origin } = new URL(endpoint);
  return {
    name: signIn.name,
    sendRequest: async (request, next) => {
      if (new URL(request.url).origin === origin) return signIn.sendRequest(request, next);
      request.headers.delete('Authorization');
      return next(request);
    },
  };
}

/** The SDKs hand on only some members of an error's body; this keeps the whole. */
const errorBodies: PipelinePolicy = {
  name: 'errorBodies',
  sendRequest: async (request, next) => {
    const response = await next(request);
    if (response.status >= 400 && response.bodyAsText) keepErrorBody(request, response.bodyAsText);
    return response;
  },
};
