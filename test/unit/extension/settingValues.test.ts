import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_ENGINE_SETTINGS, MOST_BANDWIDTH_MBPS, MOST_PARALLEL_JOBS } from '../../../src/domain/engineSettings';
import { engineSettings, pathSetting, prices } from '../../../src/extension/settingValues';
import { extensionWorld } from '../../support/extensionWorld';

const manifest = JSON.parse(readFileSync(join(process.cwd(), 'package.json'), 'utf8')) as {
  contributes: {
    configuration: { properties: Record<string, { default: unknown; minimum?: number; maximum?: number }> };
  };
};

const read = (values: Record<string, unknown>) => engineSettings((name) => values[name]);

describe('settings of the engine', () => {
  it('are what the manifest says where nobody chose', () => {
    const { properties } = manifest.contributes.configuration;
    const declared = engineSettings((name) => properties[`vmbackup.${name}`]?.default);
    assert.deepEqual(declared, DEFAULT_ENGINE_SETTINGS);
    const jobs = properties['vmbackup.local.maxParallelJobs'];
    assert.deepEqual([jobs?.minimum, jobs?.maximum], [1, MOST_PARALLEL_JOBS]);
    const limit = properties['vmbackup.local.bandwidthLimitMBps'];
    assert.deepEqual([limit?.minimum, limit?.maximum], [0, MOST_BANDWIDTH_MBPS]);
  });

  it('are taken as they were chosen', () => {
    const chosen = {
      maxParallelJobs: 8,
      runMissedSchedules: false,
      bandwidthLimitMBps: 12.5,
      machineFolders: ['/srv/a', join(homedir(), 'b')],
    };
    assert.deepEqual(
      read({
        'local.maxParallelJobs': 8,
        'local.runMissedSchedules': false,
        'local.bandwidthLimitMBps': 12.5,
        'local.machineFolders': [' /srv/a ', '~/b', '/srv/a', '', 7],
      }),
      chosen,
    );
  });

  it('count as not chosen where they are out of range or of another kind', () => {
    for (const jobs of [0, 9, 2.5, '3', undefined, NaN]) {
      assert.equal(read({ 'local.maxParallelJobs': jobs }).maxParallelJobs, 2, String(jobs));
    }
    for (const limit of [-1, 100_001, '5', Infinity]) {
      assert.equal(read({ 'local.bandwidthLimitMBps': limit }).bandwidthLimitMBps, 0, String(limit));
    }
    assert.equal(read({ 'local.runMissedSchedules': 'no' }).runMissedSchedules, true);
    assert.deepEqual(read({ 'local.machineFolders': '/srv' }).machineFolders, []);
  });

  it('name paths, also in the own folder of the person', () => {
    assert.equal(pathSetting('  '), undefined);
    assert.equal(pathSetting(3), undefined);
    assert.equal(pathSetting('~/x/endpoint.json'), join(homedir(), 'x', 'endpoint.json'));
    assert.equal(pathSetting('/srv/~/x'), '/srv/~/x');
  });

  it('reach an engine that runs, at once, and start none', async () => {
    const { services, stores, connection } = extensionWorld();
    const settings = { maxParallelJobs: 4, runMissedSchedules: false, bandwidthLimitMBps: 0, machineFolders: [] };
    await services.saveEngineSettings(settings);
    assert.deepEqual([connection.settings, stores.engine.state.kind], [undefined, 'idle']);
    await stores.engine.readHealth();
    await services.saveEngineSettings(settings);
    assert.deepEqual(connection.settings, settings);
  });

  it('are not forced on an engine that somebody else runs', async () => {
    const { services, stores, connection } = extensionWorld();
    Object.assign(connection, { foreignEndpoint: '/srv/endpoint.json' });
    await stores.engine.readHealth();
    await assert.rejects(services.saveEngineSettings(DEFAULT_ENGINE_SETTINGS), {
      code: 'EngineElsewhere',
      message: /\/srv\/endpoint\.json/,
    });
    assert.equal(connection.settings, undefined);
  });
});

const pricesOf = (values: Record<string, unknown>) => prices((name) => values[name]);

describe('prices', () => {
  it('are none where nobody wrote one, or something else than a price', () => {
    const { properties } = manifest.contributes.configuration;
    assert.deepEqual(
      prices((name) => properties[`vmbackup.${name}`]?.default),
      {},
    );
    assert.deepEqual(pricesOf({ 'cost.pricePerGBMonth': 'much', 'cost.pricePerInstanceMonth': -1 }), {});
  });

  it('are taken as they were written', () => {
    const written = { 'cost.pricePerGBMonth': 0.02, 'cost.pricePerInstanceMonth': 0 };
    assert.deepEqual(pricesOf(written), { perGB: 0.02, perInstance: 0 });
  });
});
