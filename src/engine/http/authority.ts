import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { isOverTls, requestOrigin } from './links';

/** Life of a token, as of Azure's own: one hour. */
const TOKEN_SECONDS = 3600;

/** The one client that may sign in, and what its tokens are made with. */
export interface AuthorityOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Signs the tokens. They outlive a restart as long as it stays the same. */
  readonly key: Buffer;
  readonly tenantId: string;
  /** ms UTC. */
  readonly now: () => number;
}

const tokenRequest = z.object({
  grant_type: z.string(),
  client_id: z.string(),
  client_secret: z.string(),
  scope: z.string().optional(),
  resource: z.string().optional(),
});
const claims = z.object({ tid: z.string(), exp: z.number() });

/**
 * A token authority in the manner of AD FS beside the engine's own API, so that tools which only know how to sign in (the
 * Azure CLI, `ClientSecretCredential`) can use the engine. It takes client credentials, nothing else, and answers over TLS
 * only.
 */
export class Authority {
  readonly #options: AuthorityOptions;

  constructor(options: AuthorityOptions) {
    this.#options = options;
  }

  /** True for a token of this authority that has not expired. */
  accepts(token: string): boolean {
    const { key, tenantId, now } = this.#options;
    const [header = '', payload = '', signature = '', ...rest] = token.split('.');
    if (rest.length > 0 || !same(signature, sign(key, `${header}.${payload}`))) return false;
    const read = claims.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString())); // signed, so it is ours
    return read.success && read.data.tid === tenantId && read.data.exp * 1000 > now();
  }

  /** Adds the routes. They are open: whoever asks has no token yet, and learns nothing that is secret. */
  register(app: FastifyInstance): void {
    void app.register(async (scope) => {
      scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
        done(null, Object.fromEntries(new URLSearchParams(body.toString()))),
      );
      const open = { config: { open: true } };
      scope.addHook('onRequest', async (request, reply) => {
        if (!isOverTls(request)) await reply.code(404).send();
      });
      scope.get('/metadata/endpoints', open, async (request) => cloudMetadata(requestOrigin(request)));
      scope.get('/adfs/.well-known/openid-configuration', open, async (request) => openId(requestOrigin(request)));
      scope.post('/adfs/oauth2/token', open, async (request, reply) => {
        const answer = this.#token(request);
        return reply.code('error' in answer ? 401 : 200).send(answer);
      });
    });
  }

  #token(request: FastifyRequest) {
    const asked = tokenRequest.safeParse(request.body);
    if (!asked.success || asked.data.grant_type !== 'client_credentials') {
      return refusal('unsupported_grant_type', 'Only the client_credentials grant is answered here.');
    }
    const { client_id: id, client_secret: secret, scope, resource } = asked.data;
    const { clientId, clientSecret } = this.#options;
    // Both are compared whatever the first says, so that the time tells nothing.
    const [idFits, secretFits] = [same(id, clientId), same(secret, clientSecret)];
    if (!idFits || !secretFits) {
      return refusal('invalid_client', 'The client id or the client secret is not the one in the client file.');
    }
    return {
      token_type: 'bearer',
      expires_in: TOKEN_SECONDS,
      access_token: this.#issue(requestOrigin(request), scope ?? resource ?? ''),
    };
  }

  #issue(origin: string, audience: string): string {
    const { clientId, key, now, tenantId } = this.#options;
    const issued = Math.floor(now() / 1000);
    const payload = {
      aud: audience.replace(/\/\.default$/, ''),
      iss: `${origin}/adfs`,
      iat: issued,
      nbf: issued,
      exp: issued + TOKEN_SECONDS,
      appid: clientId,
      oid: clientId,
      sub: clientId,
      tid: tenantId,
      jti: randomUUID(),
    };
    const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(payload)}`;
    return `${text}.${sign(key, text)}`;
  }
}

/** What a cloud says about itself (`az cloud register`). */
function cloudMetadata(origin: string) {
  return {
    galleryEndpoint: origin,
    graphEndpoint: origin,
    portalEndpoint: origin,
    // The path must be `adfs`: any other authority is looked up at login.microsoftonline.com first.
    authentication: { loginEndpoint: `${origin}/adfs`, audiences: [`${origin}/`] },
  };
}

function openId(origin: string) {
  return {
    issuer: `${origin}/adfs`,
    authorization_endpoint: `${origin}/adfs/oauth2/authorize`,
    token_endpoint: `${origin}/adfs/oauth2/token`,
    jwks_uri: `${origin}/adfs/discovery/keys`,
  };
}

function refusal(error: string, description: string) {
  return { error, error_description: description };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function sign(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

/** Compares in a time that does not depend on where the texts differ. */
function same(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
