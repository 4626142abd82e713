import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DEFAULT_ENGINE_SETTINGS } from '../../../src/domain/engineSettings';
import { openLocal } from '../../../src/extension/connections';
import { EngineLink } from '../../../src/extension/model/engineLink';
import { errorRow } from '../../../src/extension/model/row';
import { RecordingLog } from '../../support/extensionWorld';
import { announced, Engines, endpointOf } from './support/engines';

describe('a window that is attached to an engine of somebody else', () => {
  let engines: Engines;
  let bundle: string;
  let data: string;
  let own: string;
  let link: EngineLink | undefined;

  before(async () => {
    engines = new Engines();
    bundle = await engines.bundle('1.0.0');
  });
  beforeEach(() => {
    data = engines.dataFolder();
    own = engines.dataFolder();
  });
  afterEach(() => {
    link?.dispose();
    assert.equal(existsSync(own), false, 'nothing was made in the data folder of the window');
  });
  after(() => engines.close());

  const start = async () => {
    const run = engines.run(bundle, '--data', data);
    await announced(run);
    return run;
  };
  const attached = (endpoint: string) => {
    const log = new RecordingLog();
    const options = {
      dataFolder: own,
      bundleFolder: bundle,
      nodePath: undefined,
      endpoint,
      settings: DEFAULT_ENGINE_SETTINGS,
      log,
    };
    link = new EngineLink(() => openLocal(options), log);
    return { link, log };
  };
  const failed = async (endpoint: string) => {
    const { link: broken } = attached(endpoint);
    await broken.readHealth();
    assert.ok(broken.state.kind === 'failed', broken.state.kind);
    return broken.state.failure;
  };
  const stop = async (run: Awaited<ReturnType<typeof start>>) => {
    run.child.kill('SIGTERM');
    assert.equal(await run.code, 0);
  };

  it('uses it, and no second process is started', async () => {
    const run = await start();
    const paths = [join(data, 'endpoint.json'), data, join(data, 'engine.sock')];
    for (const path of paths) {
      const { link: used, log } = attached(path);
      await used.readHealth();
      assert.ok(used.state.kind === 'ready', used.state.kind);
      assert.equal(used.state.health?.pid, run.child.pid);
      assert.deepEqual(engines.running(), [run.child.pid]);
      assert.equal(await used.run(async ({ foreignEndpoint }) => foreignEndpoint), path);
      assert.ok(log.lines.every((line) => !line.includes(endpointOf(data)?.token ?? '?')));
      used.dispose();
    }
    await stop(run);
  });

  it('follows it to the next process, which has another token', async () => {
    const first = await start();
    const { link: used } = attached(data);
    await used.readHealth();
    await stop(first);
    const second = await start();
    const health = await used.run(({ local }) => local.health());
    assert.equal(health.pid, second.child.pid);
    await stop(second);
  });

  it('tells that it is gone, and starts none in its place', async () => {
    const run = await start();
    const { link: used } = attached(data);
    await used.readHealth();
    await stop(run);
    await assert.rejects(
      used.run(({ local }) => local.health()),
      { code: 'EngineEndpointUnreachable' },
    );
    assert.equal(used.state.kind, 'failed');
    assert.deepEqual(engines.running(), []);
  });

  it('says what cannot be reached, why, and what to do', async () => {
    const missing = join(data, 'endpoint.json');
    mkdirSync(data, { recursive: true });
    const failure = await failed(missing);
    assert.equal(failure.code, 'EngineEndpointUnreachable');
    assert.ok(
      failure.message.startsWith(`The engine that ${missing} names cannot be reached: ENOENT`),
      failure.message,
    );
    const row = errorRow({ key: 'local', branch: 'machines', label: 'Could not list machines', failure });
    for (const words of ['[EngineEndpointUnreachable]', missing, 'Start that engine', 'vmbackup.local.endpoint']) {
      assert.ok(row.tooltip?.().includes(words), words);
    }
  });

  it('takes no file for an engine that names none, or one that does not answer', async () => {
    mkdirSync(data, { recursive: true });
    writeFileSync(join(data, 'endpoint.json'), '{"socket": 7}');
    assert.match((await failed(data)).message, /it does not name an engine\.$/);

    const run = await start();
    const stale = endpointOf(data);
    await stop(run);
    writeFileSync(join(data, 'endpoint.json'), JSON.stringify(stale));
    assert.match((await failed(data)).message, /ENOENT|ECONNREFUSED/);
    assert.match((await failed(join(dirname(data), 'nowhere'))).message, /nowhere names cannot be reached/);
  });

  it('refuses an engine that it is too old for', async () => {
    const run = await start();
    const newer = join(dirname(data), 'newer.json');
    writeFileSync(newer, JSON.stringify({ ...endpointOf(data), protocol: 99, version: '9.0.0' }));
    assert.match((await failed(newer)).message, /version 9\.0\.0, which needs a newer VM Backup here/);
    await stop(run);
  });
});
