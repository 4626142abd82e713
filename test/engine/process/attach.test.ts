import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type AttachOptions, attachEngine } from '../../../src/client/local/attach';
import { engineCall } from '../../../src/client/local/engineCall';
import { findEngine } from '../../../src/client/local/runningEngine';
import { isAppError } from '../../../src/domain/errors';
import { ENGINE_PATH } from '../../../src/protocol/engineEndpoint';
import { waitFor } from '../../support/waitFor';
import { announced, Engines, endpointOf, pretend } from './support/engines';

describe('attaching to the engine', () => {
  let engines: Engines;
  let bundles: Record<'1.0.0' | '1.10.0', string>;
  let data: string;

  before(async () => {
    engines = new Engines();
    bundles = { '1.0.0': await engines.bundle('1.0.0'), '1.10.0': await engines.bundle('1.10.0') };
  });
  beforeEach(() => {
    data = engines.dataFolder();
  });
  afterEach(async () => {
    const endpoint = endpointOf(data);
    if (endpoint) await engineCall(endpoint, { method: 'POST', path: `${ENGINE_PATH}/stop` }).catch(() => undefined);
    await waitFor('no engine to be left', () => engines.running().length === 0);
  });
  after(() => engines.close());

  const attach = (version: keyof typeof bundles, options: Partial<AttachOptions> = {}) =>
    attachEngine({ dataFolder: data, bundleFolder: bundles[version], version, ...options });

  it('starts an engine from a copy of its bundle, and finds it the next time', async () => {
    const first = await attach('1.0.0');
    assert.equal(first.started, true);
    assert.deepEqual(endpointOf(data), first.endpoint);
    const [copy] = readdirSync(join(data, 'runtime'));
    assert.match(copy ?? '', /^1\.0\.0-[0-9a-f]{12}$/);
    const commandLine = readFileSync(`/proc/${first.endpoint.pid}/cmdline`, 'utf8').split('\0');
    const script = commandLine.slice(1).find((argument) => !argument.startsWith('--'));
    assert.equal(script, join(data, 'runtime', copy ?? '', 'engine.js'));

    const second = await attach('1.0.0');
    assert.deepEqual(second, { endpoint: first.endpoint, started: false, outdated: false });
  });

  it('keeps a private log without the token', async () => {
    const { endpoint } = await attach('1.0.0');
    const file = join(data, 'engine.log');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    await waitFor('the log', () => readFileSync(file, 'utf8').includes('listening on'));
    assert.ok(!readFileSync(file, 'utf8').includes(endpoint.token));
  });

  it('puts a log that has grown too large aside', async () => {
    mkdirSync(data);
    writeFileSync(join(data, 'engine.log'), 'x'.repeat(2 * 1024 * 1024));
    await attach('1.0.0');
    assert.equal(statSync(join(data, 'engine.log.1')).size, 2 * 1024 * 1024);
    assert.ok(statSync(join(data, 'engine.log')).size < 10_000);
  });

  it('gives the engine none of the variables that are meant for this process', async () => {
    process.env.VSCODE_TEST_ONLY = process.env.NODE_V8_COVERAGE_TEST = '1';
    process.env.NODE_OPTIONS = '--no-such-option-for-an-engine';
    try {
      const { endpoint } = await attach('1.0.0');
      const environment = readFileSync(`/proc/${endpoint.pid}/environ`, 'utf8');
      assert.ok(!/VSCODE_|NODE_OPTIONS/.test(environment));
      assert.match(environment, /ELECTRON_RUN_AS_NODE=1/);
    } finally {
      for (const name of ['VSCODE_TEST_ONLY', 'NODE_V8_COVERAGE_TEST', 'NODE_OPTIONS']) delete process.env[name];
    }
  });

  it('shares one attempt', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => attach('1.0.0')));
    assert.equal(new Set(all.map(({ endpoint }) => endpoint.pid)).size, 1);
    assert.equal(engines.running().length, 1);
  });

  it('gives several windows that start at once the same engine', async () => {
    const windows = Array.from({ length: 4 }, () => engines.window(bundles['1.0.0'], data));
    const lines = await Promise.all(windows.map(announced));
    assert.deepEqual(new Set(lines.map(({ token }) => token)), new Set([endpointOf(data)?.token]));
    assert.deepEqual(await Promise.all(windows.map(({ code }) => code)), [0, 0, 0, 0]);
    await waitFor('the other engines to be gone', () => engines.running().length === 1);
  });

  it('ends the waiting of one caller without ending the start for others', async () => {
    const impatient = new AbortController();
    const given = attach('1.0.0', { signal: impatient.signal });
    const kept = attach('1.0.0');
    impatient.abort();
    await assert.rejects(given, { name: 'AbortError' });
    assert.equal((await kept).started, true);
  });

  it('replaces an engine that was killed', async () => {
    const first = await attach('1.0.0');
    process.kill(first.endpoint.pid, 'SIGKILL');
    await waitFor('it to be gone', () => engines.running().length === 0);
    const second = await attach('1.0.0');
    assert.equal(second.started, true);
    assert.notEqual(second.endpoint.token, first.endpoint.token);
  });

  it('believes no endpoint file of which nobody answers', async () => {
    mkdirSync(data);
    const stale = { version: '1.0.0', protocol: 1, socket: join(data, 'gone.sock'), token: 't', pid: process.pid };
    writeFileSync(join(data, 'endpoint.json'), JSON.stringify({ ...stale, subscriptionId: 's', startedAt: 0 }));
    assert.equal(await findEngine(data), undefined);
    assert.equal((await attach('1.0.0')).started, true);
  });

  it('replaces an idle engine of an older version, and its bundle copy', async () => {
    const old = await attach('1.0.0');
    const { endpoint, started, outdated } = await attach('1.10.0');
    assert.deepEqual([endpoint.version, started, outdated], ['1.10.0', true, false]);
    assert.notEqual(endpoint.pid, old.endpoint.pid);
    await waitFor('the old copy to be removed', () => readdirSync(join(data, 'runtime')).length === 1);
    assert.match(readdirSync(join(data, 'runtime'))[0] ?? '', /^1\.10\.0-/);
  });

  it('keeps an older engine until its jobs have finished', async () => {
    const old = await attach('1.0.0');
    pretend(data, { runningJobs: 1 });
    assert.deepEqual(await attach('1.10.0'), { endpoint: old.endpoint, started: false, outdated: true });
    pretend(data, {});
    assert.equal((await attach('1.10.0')).endpoint.version, '1.10.0');
  });

  it('uses a newer engine as it is', async () => {
    const newer = await attach('1.10.0');
    assert.deepEqual(await attach('1.0.0'), { endpoint: newer.endpoint, started: false, outdated: false });
  });

  it('refuses an engine that speaks a later protocol', async () => {
    await attach('1.0.0');
    writeFileSync(join(data, 'endpoint.json'), JSON.stringify({ ...endpointOf(data), protocol: 2 }));
    await assert.rejects(attach('1.0.0'), { code: 'EngineStartFailed', message: /cannot talk to/ });
  });

  it('names a data folder that cannot be used', async () => {
    mkdirSync(join(data, '..'), { recursive: true });
    writeFileSync(data, 'a file in place of the folder');
    await assert.rejects(
      attach('1.0.0'),
      (error) => isAppError(error, 'EngineFolderNotWritable') && error.message.includes(data),
    );
  });

  it("tells why the engine did not start, in the engine's own words", async () => {
    pretend(data, { buildFails: 'no catalog today' });
    appendFileSync(join(data, 'engine.log'), 'an older line\n');
    await assert.rejects(attach('1.0.0'), { code: 'EngineStartFailed', message: /no catalog today/ });
  });

  it('tells the last lines of the log when the engine could not even say why', async () => {
    const broken = join(engines.root, 'broken');
    mkdirSync(broken);
    writeFileSync(join(broken, 'engine.js'), 'console.error("Segmentation something"); process.exit(7);');
    writeFileSync(join(broken, 'engine-worker.js'), '');
    await assert.rejects(attach('1.0.0', { bundleFolder: broken }), {
      code: 'EngineStartFailed',
      message: /ended with 7\. Segmentation something/,
    });
  });

  it('tells that its program files are missing', async () => {
    await assert.rejects(attach('1.0.0', { bundleFolder: join(engines.root, 'nowhere') }), {
      code: 'EngineStartFailed',
      message: /nowhere/,
    });
    assert.ok(!existsSync(join(data, 'runtime')));
  });

  it('tells that a given Node.js cannot be run', async () => {
    const nodePath = join(engines.root, 'no-such-node');
    await assert.rejects(attach('1.0.0', { nodePath }), { code: 'EngineUnfit', message: /no-such-node/ });
  });

  it("tells what an unfit Node.js lacks, in the engine's words", async () => {
    const nodePath = join(engines.root, 'old-node');
    const said = JSON.stringify({ error: { code: 'EngineUnfit', message: 'Node.js 20.1.0 is too old.' } });
    writeFileSync(nodePath, `#!/bin/sh\necho '${said}' >&2\nexit 1\n`);
    chmodSync(nodePath, 0o755);
    await assert.rejects(attach('1.0.0', { nodePath }), { code: 'EngineUnfit', message: 'Node.js 20.1.0 is too old.' });
  });
});
