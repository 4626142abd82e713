import { strict as assert } from 'node:assert';
import type { RecoveryPoint } from '../../../src/domain/views';
import { COMMANDS } from '../../../src/extension/commands/ids';
import { ShortMemory } from '../../../src/extension/model/memory';
import { Mutes } from '../../../src/extension/model/mutes';
import { knownMachine } from '../../../src/extension/model/stores';
import { Notifications } from '../../../src/extension/notifications';
import { commandWorld } from '../../support/commandWorld';
import { machine, point } from '../../support/fakeConnection';
import { NOON } from '../../support/manualClock';
import type { Line } from '../../support/scriptedUi';

const HOUR = 3600_000;
const JOBS = 'azure.secondRegionJobs';
const CHOOSE: readonly Line[] = [
  { asks: 'Recovery point', accept: true },
  { asks: 'Resource group', choose: 'vm-backup' },
  { asks: 'Storage account in West US', accept: true },
];
const RESTORE: readonly Line[] = [...CHOOSE, { asks: 'Check, then restore', choose: 'Restore' }];

/** A machine in Azure whose vault in East US is copied to West US. */
async function world(script: readonly Line[], options: { on?: boolean } = {}) {
  const all = commandWorld(...script);
  const { production, account } = all.azure;
  production.places = [
    { name: 'eastus', displayName: 'East US', pairedWith: 'westus' },
    { name: 'westus', displayName: 'West US', pairedWith: 'eastus' },
    { name: 'northern', displayName: 'Northern' },
  ];
  const vault = production.addVault('prod-vault', { location: 'eastus', replication: 'GeoRedundant' });
  if (options.on !== false) production.allVaults = [{ ...vault, crossRegionRestore: true }];
  production.storage = { replication: 'GeoRedundant', locked: true };
  const vm = machine('web-01', { location: 'eastus' }, production.subscriptionId);
  production.allMachines = [vm];
  const item = production.addItem('web-01', vault.id, { state: 'Protected', lastRecoveryPointTime: NOON - HOUR });
  const copied: RecoveryPoint[] = [
    point(item, 'old', NOON - 48 * HOUR),
    { ...point(item, 'archived', NOON - HOUR), tiers: ['ArchivedRP'] },
    point(item, 'copied', NOON - 24 * HOUR),
  ];
  production.copiedPoints.set(item.id, copied);
  production.groups = [{ id: '/g/vm-backup', name: 'vm-backup', location: 'eastus' }];
  production.accounts = ['eastus', 'westus'].map((location) => ({
    id: `/sa/staging-${location}`,
    name: `staging-${location}`,
    resourceGroup: 'rg-sa',
    location,
  }));
  account.reach = account.reach.slice(0, 1);
  await all.stores.azure.signIn();
  const mutes = new Mutes(new ShortMemory(), all.clock);
  const notifications = new Notifications({
    mutes,
    jobs: all.stores.jobs,
    messages: all.ui,
    clock: all.clock,
    level: () => 'attention',
    machineOf: (job) => all.services.machineOf(job),
    provider: (armId) => all.stores.links.provider(armId),
    log: all.log,
  });
  const row = { target: { kind: 'machine', machineId: vm.id } };
  const started = () => production.calls.filter((call) => call.startsWith('restoreInSecondRegion'));
  const asked = () => production.calls.filter((call) => call === 'job').length;
  return { ...all, notifications, production, vault, vm, item, row, started, asked };
}

describe('Restore in Second Region', () => {
  it('restores a point that the second region has, staged there, and opens its job', async () => {
    const { run, row, ui, started, opened, stores } = await world(RESTORE);
    await run(COMMANDS.restoreSecondRegion, row);
    ui.done();
    assert.deepEqual(started(), ['restoreInSecondRegion copied in westus to vm-backup by staging-westus']);
    const [job] = stores.jobs.running;
    assert.deepEqual([job?.operation, job?.machineName, opened], ['CrossRegionRestore', 'web-01', [job?.id]]);
  });

  it('asks for the machine where none is given, offers no point of the archive, and copies the command line', async () => {
    const { run, ui, started, production, item } = await world([
      ...CHOOSE,
      { asks: 'Check, then restore', choose: 'Copy as az CLI' },
      { asks: 'Check, then restore', choose: 'Recovery point' },
      { asks: 'Recovery point', choose: 'Sat' },
      { asks: 'Resource group', choose: 'Create new' },
      { asks: 'Name of the new resource group', type: 'rg-west' },
      { asks: 'Storage account', accept: true },
      { asks: 'Check, then restore', accept: true },
    ]);
    production.copiedPoints.set(item.id, (production.copiedPoints.get(item.id) ?? []).toReversed());
    await run(COMMANDS.restoreSecondRegion);
    ui.done();
    assert.match(
      ui.copied[0] ?? '',
      /^az backup restore restore-disks --vault-name prod-vault .* --rp-name copied --storage-account \/sa\/staging-westus --target-resource-group vm-backup --use-secondary-region --subscription /,
    );
    assert.ok(production.calls.includes('createResourceGroup rg-west'));
    assert.deepEqual(started(), ['restoreInSecondRegion old in westus to rg-west by staging-westus']);
  });

  it('follows the job to its end, though nobody looks, tells it, and asks no more', async () => {
    const { run, row, ui, production, clock, asked, azure } = await world(RESTORE);
    await run(COMMANDS.restoreSecondRegion, row);
    await clock.advance(60_000);
    assert.equal(ui.toasts.length, 0);
    assert.notEqual(azure.memory.get(JOBS), undefined);
    const before = asked();
    production.secondRegionJobs = production.secondRegionJobs.map((job) => ({ ...job, status: 'Completed' }));
    await clock.advance(60_000);
    assert.ok(asked() > before);
    assert.equal(ui.toasts[0]?.text, 'The disks of web-01 are restored in westus.');
    assert.deepEqual(
      ui.toasts[0]?.actions?.map(({ command }) => command),
      [COMMANDS.jobOpen],
    );
    assert.equal(azure.memory.get(JOBS), undefined);
    const after = asked();
    await clock.advance(HOUR);
    assert.equal(asked(), after);
  });

  it('is followed again by the next window, which tells its end', async () => {
    const first = await world(RESTORE);
    await first.run(COMMANDS.restoreSecondRegion, first.row);
    const later = commandWorld();
    for (const key of [JOBS, 'azure.used']) later.azure.memory.set(key, first.azure.memory.get(key));
    later.azure.account.signedIn = true;
    later.azure.production.allVaults = first.production.allVaults;
    later.azure.production.secondRegionJobs = first.production.secondRegionJobs.map((job) => ({
      ...job,
      status: 'Completed',
    }));
    const ended: string[] = [];
    later.stores.jobs.onDidFinish(({ job, mine }) => ended.push(`${job.machineName} ${job.status} ${mine}`));
    await later.stores.azure.restore();
    await later.clock.advance(60_000);
    assert.deepEqual(ended, ['web-01 Completed true']);
    assert.equal(later.azure.memory.get(JOBS), undefined);
  });

  it('that was only being begun by an earlier window is found by its operation', async () => {
    const first = await world(RESTORE);
    await first.run(COMMANDS.restoreSecondRegion, first.row);
    const later = commandWorld();
    const { production } = later.azure;
    const [job] = first.production.secondRegionJobs;
    const secondRegion = { vaultId: first.vault.id, location: 'westus' };
    const url = `https://arm.test/subscriptions/${production.subscriptionId}/providers/Microsoft.RecoveryServices/locations/westus/backupCrrOperationsStatus/1`;
    const asked: unknown[] = [];
    production.followOperation = async (_url, options) => {
      asked.push(options?.secondRegion);
      return job?.id;
    };
    production.allVaults = first.production.allVaults;
    production.secondRegionJobs = first.production.secondRegionJobs;
    later.azure.memory.set('azure.used', true);
    later.azure.memory.set('azure.operations', [{ url, started: later.clock.now(), secondRegion }]);
    later.azure.account.signedIn = true;
    await later.stores.azure.restore();
    await later.clock.advance(60_000);
    assert.deepEqual(asked, [secondRegion]);
    assert.deepEqual(
      later.stores.jobs.running.map(({ id }) => id),
      [job?.id],
    );
  });

  it('gives up a job that nobody can read, so that it is not asked for ever', async () => {
    const { run, row, production, clock, asked, azure } = await world(RESTORE);
    await run(COMMANDS.restoreSecondRegion, row);
    production.secondRegionJobs = [];
    await clock.advance(HOUR);
    const tries = asked();
    assert.ok(tries < 30, String(tries));
    assert.equal(azure.memory.get(JOBS), undefined);
    await clock.advance(HOUR);
    assert.equal(asked(), tries);
  });

  it('says which condition is missing, with the way to change it', async () => {
    const off = await world([], { on: false });
    const tokens = () => knownMachine(off.stores, off.vm.id)?.vault?.crossRegionRestore;
    assert.equal(tokens(), undefined);
    await off.run(COMMANDS.restoreSecondRegion);
    assert.match(off.ui.toasts[0]?.text ?? '', /^Cross-region restore of the vault prod-vault is off\. Switch it on/);
    assert.deepEqual(off.ui.toasts[0]?.actions?.[0], {
      title: 'Vault settings',
      command: COMMANDS.vaultSettings,
      targets: [{ kind: 'vault', vaultId: off.vault.id }],
    });
    for (const [locked, words] of [
      [true, /locked since its first machine.*protect web-01 in a geo-redundant vault/],
      [false, /^The vault prod-vault has no second region: it uses Locally.*Set its storage redundancy/],
    ] as const) {
      const local = await world([], { on: false });
      local.production.storage = { replication: 'LocallyRedundant', locked };
      await local.run(COMMANDS.restoreSecondRegion, local.row);
      assert.match(local.ui.toasts[0]?.text ?? '', words);
      assert.equal(local.ui.toasts[0]?.actions?.[0]?.command, locked ? undefined : COMMANDS.vaultSetRedundancy);
      assert.deepEqual(local.started(), []);
    }
  });

  it('says so where the second region has nothing to restore from, or nothing to stage in', async () => {
    const { run, row, production } = await world([]);
    production.accounts = production.accounts.slice(0, 1);
    await assert.rejects(run(COMMANDS.restoreSecondRegion, row), /There is no storage account in West US/);
    production.copiedPoints.clear();
    await assert.rejects(run(COMMANDS.restoreSecondRegion, row), /no recovery point of web-01 in West US yet/);
    production.places = production.places.map(({ name, displayName }) => ({ name, displayName }));
    await assert.rejects(run(COMMANDS.restoreSecondRegion, row), { code: 'NoSecondRegion' });
  });

  it('is repeated with its questions when it failed', async () => {
    const { run, row, production, clock, stores, ui, started } = await world([...RESTORE, ...RESTORE]);
    await run(COMMANDS.restoreSecondRegion, row);
    production.secondRegionJobs = production.secondRegionJobs.map((job) => ({ ...job, status: 'Failed' }));
    await clock.advance(60_000);
    const [job] = stores.jobs.jobs;
    await run(COMMANDS.jobRetry, { kind: 'job', jobId: job?.id });
    ui.done();
    assert.equal(started().length, 2);
    await run(COMMANDS.copyId, { kind: 'job', jobId: job?.id });
    assert.equal(
      ui.copied.at(-1),
      `/subscriptions/${production.subscriptionId}/providers/Microsoft.RecoveryServices/locations/westus/backupJobs/crr-1`,
    );
  });
});
