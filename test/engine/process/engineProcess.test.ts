import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { engineCall } from '../../../src/client/local/engineCall';
import { findEngine } from '../../../src/client/local/runningEngine';
import { ENGINE_PATH, WANTED_FILE } from '../../../src/protocol/engineEndpoint';
import { waitFor } from '../../support/waitFor';
import { announced, Engines, endpointOf, pretend, type Run } from './support/engines';

const stopCall = { method: 'POST', path: `${ENGINE_PATH}/stop` } as const;

async function stopped(run: Run): Promise<void> {
  assert.equal(await run.code, 0);
}

describe('engine process', () => {
  let engines: Engines;
  let bundle: string;
  let data: string;

  before(async () => {
    engines = new Engines();
    bundle = await engines.bundle('1.0.0');
  });
  beforeEach(() => {
    data = engines.dataFolder();
  });
  after(() => engines.close());

  const start = async (...args: string[]) => {
    const run = engines.run(bundle, '--data', data, ...args);
    return { run, line: await announced(run) };
  };

  it('announces itself in one line, with everything private', async () => {
    const { run, line } = await start();
    assert.deepEqual(Object.keys(line), ['endpoint', 'token', 'subscriptionId', 'version']);
    assert.equal(line.endpoint, join(data, 'engine.sock'));
    assert.equal(line.version, '1.0.0');
    assert.equal(run.output.stdout.split('\n').length, 2);

    const endpoint = endpointOf(data);
    assert.equal(endpoint?.token, line.token);
    assert.equal(endpoint?.pid, run.child.pid);
    const mode = (name: string) => (statSync(join(data, name)).mode & 0o777).toString(8);
    assert.deepEqual([mode('.'), mode('endpoint.json'), mode('key')], ['700', '600', '600']);
    assert.equal(statSync(join(data, 'key')).size, 32);
    assert.ok(!run.output.stderr.includes(line.token ?? ''));

    const found = await findEngine(data);
    assert.equal(found?.health.dataFolder, data);
    assert.equal(found?.health.node, process.version);
    assert.equal(found?.health.runningJobs, 0);
    run.child.kill('SIGTERM');
    await stopped(run);
  });

  it('keeps its key', async () => {
    const first = await start();
    const key = readFileSync(join(data, 'key'));
    first.run.child.kill();
    await stopped(first.run);
    const second = await start();
    assert.deepEqual(readFileSync(join(data, 'key')), key);
    assert.notEqual(second.line.token, first.line.token);
    second.run.child.kill();
    await stopped(second.run);
  });

  it('serves loopback TCP as well when given a port', async () => {
    const { run, line } = await start('--port', '0');
    assert.match(line.endpoint ?? '', /^http:\/\/127\.0\.0\.1:\d+$/);
    const status = await new Promise((done) =>
      get(`${line.endpoint}${ENGINE_PATH}?api-version=2026-01-01`, {
        agent: false,
        headers: { authorization: `Bearer ${line.token}` },
      }).on('response', (response) => done(response.resume().statusCode)),
    );
    assert.equal(status, 200);
    run.child.kill();
    await stopped(run);
  });

  it('lets one of six racers listen; all succeed and announce the same one', async () => {
    const racers = Array.from({ length: 6 }, () => engines.run(bundle, '--data', data));
    const lines = await Promise.all(racers.map(announced));
    assert.equal(new Set(lines.map(({ token }) => token)).size, 1);
    const pid = endpointOf(data)?.pid;
    const losers = racers.filter(({ child }) => child.pid !== pid);
    assert.equal(losers.length, 5);
    assert.deepEqual(await Promise.all(losers.map(({ code }) => code)), [0, 0, 0, 0, 0]);
    for (const { output } of losers) assert.match(output.stderr, /already running/);
    const winner = racers.find(({ child }) => child.pid === pid)!;
    winner.child.kill();
    await stopped(winner);
  });

  it('takes over at once after kill -9, whatever files were left', async () => {
    const killed = await start();
    killed.run.child.kill('SIGKILL');
    await killed.run.code;
    assert.ok(existsSync(join(data, 'engine.sock')) && existsSync(join(data, 'endpoint.json')));
    assert.equal(await findEngine(data), undefined);
    const { run, line } = await start();
    assert.notEqual(line.token, killed.line.token);
    assert.equal((await findEngine(data))?.endpoint.pid, run.child.pid);
    run.child.kill();
    await stopped(run);
  });

  it('waits for one that is stopping, then takes its place', async () => {
    const first = await start();
    first.run.child.kill();
    const second = await start();
    await stopped(first.run);
    const announcedToken = second.line.token;
    // Either the first still answered when the second came, or the second is the engine now.
    if (announcedToken === first.line.token) return stopped(second.run);
    assert.equal((await findEngine(data))?.endpoint.token, announcedToken);
    second.run.child.kill();
    await stopped(second.run);
  });

  it('listens elsewhere when the path of its data folder is too long', async () => {
    data = engines.dataFolder('a-long-name'.repeat(8), 'and-one-more');
    const { run, line } = await start();
    assert.ok(Buffer.byteLength(line.endpoint ?? '') <= 100, line.endpoint);
    assert.ok(!line.endpoint?.startsWith(data));
    assert.equal((await findEngine(data))?.endpoint.socket, line.endpoint);
    run.child.kill();
    await stopped(run);
    assert.ok(!existsSync(line.endpoint ?? ''));
  });

  it('says why a data folder cannot be used', async () => {
    mkdirSync(join(data, '..'), { recursive: true });
    writeFileSync(data, 'a file in place of the folder');
    const run = engines.run(bundle, '--data', data);
    assert.equal(await run.code, 1);
    const { error } = JSON.parse(run.output.stderr);
    assert.equal(error.code, 'EngineFolderNotWritable');
    assert.ok(error.message.includes(data));
    assert.ok(error.recommendation);
  });

  it('refuses a damaged key and leaves it as it is', async () => {
    mkdirSync(data);
    writeFileSync(join(data, 'key'), 'short');
    const run = engines.run(bundle, '--data', data);
    assert.equal(await run.code, 1);
    assert.equal(JSON.parse(run.output.stderr.trim().split('\n').at(-1) ?? '').error.code, 'EngineKeyDamaged');
    assert.equal(readFileSync(join(data, 'key'), 'utf8'), 'short');
  });

  it('gives the lock back when it cannot start', async () => {
    pretend(data, { buildFails: 'no catalog today' });
    const run = engines.run(bundle, '--data', data);
    assert.equal(await run.code, 1);
    assert.match(run.output.stderr, /no catalog today/);
    assert.equal(endpointOf(data), undefined);
    pretend(data, {});
    const next = await start();
    next.run.child.kill();
    await stopped(next.run);
  });

  for (const args of [[], ['--data'], ['--data', 'x', '--port', 'y'], ['--data', 'x', '--idle', '0'], ['--other']]) {
    it(`exits with 2 for the arguments [${args.join(' ')}]`, async () => {
      const run = engines.run(bundle, ...args);
      assert.equal(await run.code, 2);
      assert.match(run.output.stderr, /usage: /);
    });
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`stops cleanly on ${signal}`, async () => {
      const { run } = await start();
      run.child.kill(signal);
      await stopped(run);
      assert.equal(endpointOf(data), undefined);
      assert.ok(existsSync(join(data, 'closed')), 'the engine was closed');
      assert.ok(!existsSync(join(data, 'engine.sock')));
    });
  }

  it('ignores SIGHUP', async () => {
    const { run } = await start();
    run.child.kill('SIGHUP');
    assert.ok(await findEngine(data)); // answered after the signal arrived
    run.child.kill();
    await stopped(run);
  });

  it('stops when it is asked to, running jobs or not', async () => {
    const { run } = await start();
    pretend(data, { runningJobs: 2 });
    await engineCall(endpointOf(data)!, stopCall);
    await stopped(run);
    assert.ok(existsSync(join(data, 'closed')));
  });

  it('goes on when it is asked to stop only when idle, and is not', async () => {
    const { run } = await start();
    pretend(data, { runningJobs: 1 });
    const endpoint = endpointOf(data)!;
    const body = { onlyWhenIdle: true };
    await assert.rejects(engineCall(endpoint, { ...stopCall, body }), { code: 'EngineBusy' });
    assert.ok(await findEngine(data));
    pretend(data, {});
    await engineCall(endpoint, { ...stopCall, body });
    await stopped(run);
  });

  it('stops by itself when nobody needs it', async () => {
    const { run } = await start('--idle', '0.2');
    await stopped(run);
    assert.match(run.output.stderr, /stopping: idle/);
    assert.equal(endpointOf(data), undefined);
  });

  it('stays for protected items, and goes when there are none any more', async () => {
    pretend(data, { protectedItems: 1 });
    const { run } = await start('--idle', '0.05');
    await waitFor('the idle time to be over', () => existsSync(join(data, 'asked')));
    assert.ok(await findEngine(data));
    pretend(data, {});
    await stopped(run);
  });

  it('leaves a file for the next window while machines are backed up by schedule, also when it is killed', async () => {
    const file = join(data, WANTED_FILE);
    pretend(data, { protectedItems: 1 });
    const { run } = await start('--idle', '0.05');
    await waitFor('the file', () => existsSync(file));
    run.child.kill('SIGKILL');
    await run.code;
    assert.ok(existsSync(file));

    pretend(data, {});
    const { run: next } = await start('--idle', '0.05');
    await stopped(next);
    assert.equal(existsSync(file), false);
  });
});
