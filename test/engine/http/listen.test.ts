import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Listening, listen } from '../../../src/engine/http/listen';
import { waitFor } from '../../support/waitFor';
import { echo, TOKEN, testApp, VERSION } from './support/testApp';

interface Ask {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly overTcp?: boolean;
  readonly agent?: Agent;
}

describe('HTTP listener', () => {
  let folder: string;
  let socket: string;
  let listening: Listening;
  let underWay = 0;
  let started = 0;
  let end: EventEmitter;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'listen-'));
    socket = join(folder, 's');
    underWay = started = 0;
    end = new EventEmitter();
    const ended = once(end, 'end');
    const { app } = testApp(
      [
        echo('GET', '/echo'),
        echo('PUT', '/echo'),
        { method: 'GET', path: '/slow', handle: () => ended.then(() => ({ status: 200, body: 'late' })) },
      ],
      {
        bodyLimit: 1000,
        onRequestStart: () => {
          underWay++;
          started++;
        },
        onRequestEnd: () => {
          underWay--;
        },
      },
    );
    listening = await listen(app, { socket, port: 0, graceMs: 200 });
  });
  afterEach(async () => {
    end.emit('end');
    await listening.close();
    rmSync(folder, { recursive: true });
  });

  async function ask({ path = '/echo', method = 'GET', headers = {}, body, overTcp = false, agent }: Ask = {}) {
    const outgoing = request({
      ...(overTcp ? { host: '127.0.0.1', port: listening.port } : { socketPath: socket }),
      method,
      path: `${path}?${VERSION}`,
      agent: agent ?? false,
      headers: { authorization: `Bearer ${TOKEN}`, ...headers },
    });
    outgoing.end(body);
    const [response] = await once(outgoing, 'response');
    const reply: { status: number; headers: IncomingHttpHeaders; body: string } = {
      status: response.statusCode,
      headers: response.headers,
      body: await text(response),
    };
    return { ...reply, json: () => JSON.parse(reply.body) };
  }

  it('makes https links for callers over the socket who came by our transport, http links for others', async () => {
    const host = 'management.azure.com';
    const ours = await ask({ headers: { host, 'x-forwarded-proto': 'https' } });
    const curl = await ask({ headers: { host: 'localhost' } });
    assert.equal(ours.json().origin, 'https://management.azure.com');
    assert.equal(curl.json().origin, 'http://localhost');
  });

  it('trusts no forwarded scheme over TCP', async () => {
    const reply = await ask({ overTcp: true, headers: { 'x-forwarded-proto': 'https' } });
    assert.equal(reply.json().origin, `http://127.0.0.1:${listening.port}`);
  });

  it('checks Host on TCP only', async () => {
    const headers = { host: 'evil.example' };
    assert.equal((await ask({ headers })).status, 200);
    const refused = await ask({ headers, overTcp: true });
    assert.equal(refused.status, 403);
    assert.equal(refused.json().error.code, 'HostNotAllowed');
  });

  it('answers 413 to a large body that does not tell its length', async () => {
    const headers = { 'transfer-encoding': 'chunked' };
    const reply = await ask({ method: 'PUT', headers, body: `"${'x'.repeat(2000)}"` });
    assert.equal(reply.status, 413);
    assert.equal(reply.json().error.code, 'RequestEntityTooLarge');
  });

  it('answers bytes that are not HTTP', async () => {
    const connection = createConnection(socket);
    connection.write('\u0016\u0003\u0001 not HTTP at all\r\n\r\n');
    const reply = await text(connection);
    assert.match(reply, /^HTTP\/1\.1 400 Bad Request\r\n/);
    assert.equal(JSON.parse(reply.split('\r\n\r\n')[1] ?? '').error.code, 'BadRequest');
  });

  it('counts a request until it is over, even when its caller goes away, and none without a token', async () => {
    await ask({ headers: { authorization: 'Bearer wrong' } });
    assert.equal(started, 0);
    const gone = new AbortController();
    const headers = { authorization: `Bearer ${TOKEN}` };
    const outgoing = request({ socketPath: socket, path: `/slow?${VERSION}`, signal: gone.signal, headers });
    outgoing.on('error', () => undefined).end();
    await waitFor('the request to start', () => underWay === 1);
    gone.abort();
    await waitFor('the request to be over', () => underWay === 0);
  });

  it('lets requests under way end when it closes, and refuses new ones', async () => {
    const late = ask({ path: '/slow' });
    await waitFor('the request to start', () => underWay === 1);
    const closed = listening.close();
    await assert.rejects(ask(), { code: 'ENOENT' });
    end.emit('end');
    assert.equal((await late).body, '"late"');
    await closed;
  });

  it('does not wait for callers that keep their connection', async () => {
    await listening.close();
    const ended = once(end, 'end');
    const handle = () => ended.then(() => ({ status: 200 }));
    const { app } = testApp([{ method: 'GET', path: '/slow', handle }], { onRequestStart: () => started++ });
    listening = await listen(app, { socket, graceMs: 3_600_000 });
    const agent = new Agent({ keepAlive: true });
    const idle = ask({ agent });
    assert.equal((await idle).status, 404);
    const late = ask({ path: '/slow', agent });
    await waitFor('the request to start', () => started === 2);
    const closed = listening.close();
    end.emit('end');
    assert.equal((await late).status, 200);
    await closed;
    agent.destroy();
  });

  it('cuts off requests that take too long when it closes', async () => {
    const never = ask({ path: '/slow' });
    never.catch(() => undefined);
    await waitFor('the request to start', () => underWay === 1);
    await listening.close();
    await assert.rejects(never, { code: 'ECONNRESET' });
  });

  it('frees the socket when the port is taken', async () => {
    const { app } = testApp([]);
    const other = join(folder, 'other');
    await assert.rejects(listen(app, { socket: other, port: listening.port }), { code: 'EADDRINUSE' });
    await assert.rejects(once(createConnection(other), 'connect'), { code: 'ENOENT' });
  });
});
