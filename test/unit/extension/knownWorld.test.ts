import { strict as assert } from 'node:assert';
import { ensureWorld } from '../../../src/extension/model/stores';
import { extensionWorld } from '../../support/extensionWorld';
import { machine } from '../../support/fakeConnection';

const MINUTE = 60_000;

async function oneMachine() {
  const world = extensionWorld();
  const vault = world.connection.addVault('home');
  world.connection.allMachines.push(machine('web'));
  const item = world.connection.addItem('web', vault.id, {});
  const job = world.connection.addJob('web', { vaultId: vault.id, status: 'InProgress' });
  await ensureWorld(world.stores);
  return { ...world, item, job };
}

describe('what is known of all machines', () => {
  it('is made once for everybody who asks, until something changes', async () => {
    const { stores } = await oneMachine();
    const { machines, alerts } = stores.known;
    await ensureWorld(stores);
    assert.equal(stores.known.machines, machines);
    assert.equal(stores.known.alerts, alerts);
    assert.equal(stores.known.machine(machines[0]?.machineId.toUpperCase() ?? ''), machines[0]);
  });

  it('follows machines, items, jobs, counters and points', async () => {
    const { stores, connection, job, item } = await oneMachine();
    const facts = () => stores.known.machines.find(({ name }) => name === 'web');
    connection.allMachines.push(machine('db'));
    await stores.machines.refresh();
    assert.deepEqual(
      stores.known.machines.map(({ name }) => name),
      ['db', 'web'],
    );
    connection.counters.set(job.id, {
      phase: 'Read and store',
      phases: [],
      samples: [],
      log: [],
      files: [],
      readBytes: 1,
      newBytes: 1,
      skippedBytes: 0,
      storedBytes: 1,
      totalBytes: 2,
    });
    await stores.jobs.refresh();
    assert.equal(facts()?.running?.statistics?.readBytes, 1);
    connection.changeJob(job.id, { status: 'Completed' });
    await stores.jobs.refresh();
    assert.equal(facts()?.running, undefined);
    await stores.machines.ensurePoints(item.id);
    assert.equal(facts()?.pointCount, 0);
  });

  it('is made again a minute later: a machine becomes overdue by time alone', async () => {
    const { stores, clock, item, connection } = await oneMachine();
    connection.allItems = [{ ...item, state: 'Protected', lastRecoveryPointTime: clock.now() }];
    await stores.vaults.refresh();
    assert.equal(stores.known.alerts.length, 0);
    stores.jobs.dispose(); // nobody asks meanwhile
    await clock.advance(48 * 60 * MINUTE);
    assert.deepEqual(
      stores.known.alerts.map(({ kind }) => kind),
      ['overdue'],
    );
  });
});
