import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { attachEngine } from '../../../src/client/local/attach';
import { engineCall } from '../../../src/client/local/engineCall';
import { findEngine, stopIdleEngine } from '../../../src/client/local/runningEngine';
import { UserService } from '../../../src/client/service/userService';
import { appError } from '../../../src/domain/errorCatalogue';
import { ENGINE_PATH } from '../../../src/protocol/engineEndpoint';
import { waitFor } from '../../support/waitFor';
import { Engines, endpointOf, pretend } from './support/engines';
import { SessionManager } from './support/sessionManager';

describe('the engine as a service of the session', () => {
  let engines: Engines;
  let bundles: Record<'1.0.0' | '1.10.0', string>;
  let data: string;
  let manager: SessionManager;

  before(async () => {
    engines = new Engines();
    bundles = { '1.0.0': await engines.bundle('1.0.0'), '1.10.0': await engines.bundle('1.10.0') };
  });
  beforeEach(() => {
    data = engines.dataFolder();
    manager = new SessionManager(engines);
  });
  afterEach(async () => {
    await manager.remove();
    const endpoint = endpointOf(data);
    if (endpoint) await engineCall(endpoint, { method: 'POST', path: `${ENGINE_PATH}/stop` }).catch(() => undefined);
    await waitFor('no engine to be left', () => engines.running().length === 0);
  });
  after(() => engines.close());

  const service = (version: keyof typeof bundles = '1.0.0') =>
    new UserService({
      dataFolder: data,
      bundleFolder: bundles[version],
      platform: process.platform,
      manager,
      program: async () => process.execPath,
      version,
    });
  const attach = (version: keyof typeof bundles = '1.0.0') =>
    attachEngine({ dataFolder: data, bundleFolder: bundles[version], version });

  it('runs the engine, which windows find and start none beside', async () => {
    const state = await service().install();
    assert.deepEqual(
      [state.installed, state.running, state.engine?.service, state.engine?.pid],
      [true, true, true, manager.process?.child.pid],
    );
    const { started, endpoint } = await attach();
    assert.deepEqual([started, endpoint.pid], [false, state.engine?.pid]);
    assert.deepEqual(engines.running(), [endpoint.pid]);
    assert.equal(statSync(join(data, 'engine.log')).mode & 0o777, 0o600);
  });

  it('takes the place of an idle engine that a window started', async () => {
    const { endpoint } = await attach();
    const state = await service().install();
    assert.equal(state.engine?.service, true);
    await waitFor('the engine of the window to be gone', () => !engines.running().includes(endpoint.pid));
  });

  it('waits for an engine with jobs, and takes over when that one ends', async () => {
    const { endpoint } = await attach();
    pretend(data, { runningJobs: 2 });
    const state = await service().install();
    assert.deepEqual([state.running, state.engine?.service, state.engine?.pid], [true, false, endpoint.pid]);
    pretend(data, {});
    await stopIdleEngine(endpoint);
    await waitFor('the service to take over', async () => (await findEngine(data))?.health.service === true);
  });

  it('hands over to a newer version, waits for its end, and comes back as the newest', async () => {
    await service('1.0.0').install();
    const newer = await attach('1.10.0');
    assert.equal(newer.started, true);
    await waitFor('the older service to be gone', () => manager.process?.child.exitCode === 0);
    // As the system does with a service that has ended.
    if (manager.installed) await manager.install(manager.installed);
    await stopIdleEngine(newer.endpoint);
    await waitFor('the service to be back', async () => (await findEngine(data))?.health.service === true);
    assert.equal((await service().state()).engine?.version, '1.10.0');
    assert.deepEqual(readdirSync(join(data, 'runtime')).length, 1);
  });

  it('is not installed over one that runs jobs, nor removed while it does', async () => {
    await service().install();
    pretend(data, { runningJobs: 1 });
    await assert.rejects(service().install(), { code: 'EngineBusy' });
    await assert.rejects(service().remove(), { code: 'EngineBusy' });
    assert.equal((await service().state()).engine?.runningJobs, 1);
    pretend(data, {});
  });

  it('leaves everything of the data folder when it is removed', async () => {
    mkdirSync(join(data, 'sites', 'local'), { recursive: true });
    writeFileSync(join(data, 'sites', 'local', 'vault'), 'bytes');
    await service().install();
    const state = await service().remove();
    assert.deepEqual([state.installed, state.engine], [false, undefined]);
    assert.deepEqual(engines.running(), []);
    assert.deepEqual(
      [
        existsSync(join(data, 'sites', 'local', 'vault')),
        existsSync(join(data, 'key')),
        existsSync(join(data, 'service')),
      ],
      [true, true, false],
    );
    assert.equal((await attach()).started, true);
  });

  it("is removed again when it does not come up, with the engine's own reason", async () => {
    pretend(data, { buildFails: 'no catalog today' });
    await assert.rejects(service().install(), { code: 'ServiceNotStarted', message: /no catalog today/ });
    assert.deepEqual([manager.installed, existsSync(join(data, 'service'))], [undefined, false]);
  });

  it('tells of a manager that does not answer, and of the engine all the same', async () => {
    const { endpoint } = await attach();
    const problem = appError('ServiceManagerUnavailable', { command: 'systemctl --user', reason: 'no bus' });
    manager.status = () => Promise.reject(problem);
    const state = await service().state();
    assert.deepEqual([state.problem, state.installed, state.engine?.pid], [problem, undefined, endpoint.pid]);
  });
});
