import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Authority } from '../../../src/engine/http/authority';
import { type Listening, listen } from '../../../src/engine/http/listen';
import { serverCertificate } from '../../../src/engine/process/tls/certificate';
import { echo, TOKEN, testApp, VERSION } from './support/testApp';

const HOUR = 3_600_000;
const CLIENT = { clientId: 'backup-scripts', clientSecret: 'a secret of some length' };
const GOOD = {
  grant_type: 'client_credentials',
  client_id: CLIENT.clientId,
  client_secret: CLIENT.clientSecret,
  scope: 'https://localhost//.default',
};

interface Asking extends RequestOptions {
  readonly headers?: Record<string, string>;
}

describe('Token authority', () => {
  let folder: string;
  let trusted: string;
  let listening: Listening;
  let now: number;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'authority-'));
    now = Date.now();
    const certificate = await serverCertificate(folder, now);
    trusted = certificate.authority;
    const authority = new Authority({ ...CLIENT, tenantId: 'tenant', key: Buffer.alloc(32, 1), now: () => now });
    const { app } = testApp([echo('GET', '/subscriptions')], { authority });
    listening = await listen(app, { socket: join(folder, 's'), port: 0, tls: certificate });
  });
  after(async () => {
    await listening.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    now = Date.now();
  });

  const origin = () => `https://localhost:${listening.port}`;

  async function ask(path: string, options: Asking = {}, form?: Record<string, string>) {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const asked = request(`${origin()}${path}`, {
      ca: trusted,
      agent: false,
      method: form ? 'POST' : 'GET',
      ...options,
      headers: { ...(form && type), ...options.headers },
    });
    asked.end(form && new URLSearchParams(form).toString());
    const [response] = await once(asked, 'response');
    return { status: response.statusCode, body: JSON.parse((await text(response)) || 'null') };
  }

  async function signIn(change: Partial<typeof GOOD> = {}) {
    return ask('/adfs/oauth2/token', {}, { ...GOOD, ...change });
  }

  async function asking(token: string) {
    return ask(`/subscriptions?${VERSION}`, { headers: { authorization: `Bearer ${token}` } });
  }

  it('tells a tool where to sign in, at the very address that was asked', async () => {
    const { body: cloud } = await ask('/metadata/endpoints?api-version=2015-01-01');
    assert.deepEqual(cloud.authentication, { loginEndpoint: `${origin()}/adfs`, audiences: [`${origin()}/`] });
    const { body: openId } = await ask('/adfs/.well-known/openid-configuration');
    assert.equal(openId.token_endpoint, `${origin()}/adfs/oauth2/token`);
  });

  it('gives the right client a token that opens the API for an hour', async () => {
    const { status, body } = await signIn();
    assert.equal(status, 200);
    assert.deepEqual([body.token_type, body.expires_in], ['bearer', 3600]);
    const answer = await asking(body.access_token);
    assert.equal(answer.status, 200);
    assert.equal(answer.body.origin, origin(), 'links start with what the caller used');
    now += HOUR;
    assert.equal((await asking(body.access_token)).body.error.code, 'InvalidAuthenticationToken');
  });

  it('still takes the token of the engine itself', async () => {
    assert.equal((await asking(TOKEN)).status, 200);
  });

  const refused: [string, Partial<typeof GOOD>, string][] = [
    ['a wrong secret', { client_secret: 'another secret of some length' }, 'invalid_client'],
    ['another client', { client_id: 'somebody' }, 'invalid_client'],
    ['another grant', { grant_type: 'password' }, 'unsupported_grant_type'],
  ];
  for (const [what, change, error] of refused) {
    it(`refuses ${what}`, async () => {
      const { status, body } = await signIn(change);
      assert.deepEqual([status, body.error], [401, error]);
      assert.equal(JSON.stringify(body).includes(CLIENT.clientSecret), false);
    });
  }

  it('refuses a token that was changed or that another key signed', async () => {
    const { body } = await signIn();
    const [header, payload = '', signature] = body.access_token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const longer = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 1 })).toString('base64url');
    for (const token of [`${header}.${longer}.${signature}`, `${header}.${payload}.`, `${header}.${payload}`, '..']) {
      assert.equal((await asking(token)).status, 401, token);
    }
    const other = new Authority({ ...CLIENT, tenantId: 'tenant', key: Buffer.alloc(32, 2), now: () => now });
    assert.equal(other.accepts(body.access_token), false);
  });

  it('checks the host of its open routes too', async () => {
    const { status, body } = await ask('/metadata/endpoints', {
      servername: 'localhost',
      headers: { host: 'evil.example' },
    });
    assert.deepEqual([status, body.error.code], [403, 'HostNotAllowed']);
  });

  it('is not there without TLS', async () => {
    const asked = plainRequest({ socketPath: join(folder, 's'), path: '/metadata/endpoints' }).end();
    const [response] = await once(asked, 'response');
    assert.equal(response.statusCode, 404);
    response.resume();
  });

  it('is trusted by its authority file alone', async () => {
    await assert.rejects(ask('/metadata/endpoints', { ca: [] }), /unable to verify|self-signed|issuer/);
  });
});
