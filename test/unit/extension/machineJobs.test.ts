import { strict as assert } from 'node:assert';
import { COMMANDS } from '../../../src/extension/commands/ids';
import { jobsOf } from '../../../src/extension/model/machineJobs';
import { ensureWorld, knownMachine } from '../../../src/extension/model/stores';
import { itemId, itemNames, resourceId } from '../../../src/protocol/ids';
import { commandWorld } from '../../support/commandWorld';
import { machine } from '../../support/fakeConnection';
import type { Line } from '../../support/scriptedUi';

/** One vault with a machine `web` of each of the groups. */
function namesakes(groups: readonly string[], ...script: Line[]) {
  const all = commandWorld(...script);
  const { connection } = all;
  const vault = connection.addVault('home-vault');
  for (const group of groups) {
    const id = machineId(connection.subscriptionId, group);
    connection.allMachines.push(machine('web', { id, resourceGroup: group }));
    const { container, item } = itemNames(group, 'web');
    connection.addItem('web', vault.id, {
      id: itemId(vault.id, container, item),
      containerName: container,
      itemName: item,
      machineId: id,
      state: 'Protected',
    });
  }
  const facts = (group: string) =>
    knownMachine(all.stores, machineId(connection.subscriptionId, group)) ?? assert.fail();
  const running = (group: string) => facts(group).running?.job.id;
  return { ...all, vault, facts, running };
}

const machineId = (subscription: string, group: string) =>
  resourceId(subscription, group, 'Microsoft.Compute/virtualMachines', 'web');

describe('jobs of machines that share a name', () => {
  it('belong to the machine whose container they name', async () => {
    const { connection, stores, services, facts, running } = namesakes(['rg1', 'rg2']);
    // As recorded from Azure: in lower case, and without what items have before it.
    const job = connection.addJob('web', { containerName: 'iaasvmcontainerv2;RG2;web' });
    await ensureWorld(stores);
    assert.equal(running('rg1'), undefined);
    assert.equal(running('rg2'), job.id);
    assert.equal(services.machineOf(job), facts('rg2').machineId);
    assert.deepEqual(jobsOf(stores.jobs.jobs, facts('rg1')), []);
  });

  it('are nobody’s where the service does not tell the container', async () => {
    const { connection, stores, services, running } = namesakes(['rg1', 'rg2']);
    const job = connection.addJob('web');
    await ensureWorld(stores);
    assert.deepEqual([running('rg1'), running('rg2'), services.machineOf(job)], [undefined, undefined, undefined]);
  });

  it('are told by the name while only one machine of the vault has it', async () => {
    const { connection, stores, services, facts, running } = namesakes(['rg1']);
    const job = connection.addJob('WEB');
    await ensureWorld(stores);
    assert.equal(running('rg1'), job.id);
    assert.equal(services.machineOf(job), facts('rg1').machineId);
  });

  it('are shown newest first where some tell their container and some do not', async () => {
    const { connection, stores, facts } = namesakes(['rg1']);
    const now = connection.addJob('web').startTime;
    connection.addJob('web', { startTime: now - 2000, status: 'Completed' });
    connection.addJob('web', {
      startTime: now - 1000,
      status: 'Completed',
      containerName: 'iaasvmcontainerv2;rg1;web',
    });
    await ensureWorld(stores);
    assert.deepEqual(
      jobsOf(stores.jobs.jobs, facts('rg1')).map(({ startTime }) => now - startTime),
      [0, 1000, 2000],
    );
  });

  it('are retried on their own machine, and on none if nobody can say on which', async () => {
    const { connection, run } = namesakes(['rg1', 'rg2']);
    const known = connection.addJob('web', { status: 'Failed', containerName: 'iaasvmcontainerv2;rg2;web' });
    const unknown = connection.addJob('web', { status: 'Failed' });
    const started: string[] = [];
    const backUp = connection.backupNow.bind(connection);
    connection.backupNow = async (id, input) => {
      started.push(id);
      return backUp(id, input);
    };
    await run(COMMANDS.jobRetry, { kind: 'job', jobId: known.id });
    assert.equal(started.length, 1);
    assert.match(started[0] ?? '', /;rg2;web$/);
    await assert.rejects(run(COMMANDS.jobRetry, { kind: 'job', jobId: unknown.id }), { code: 'MachineUnclear' });
    assert.equal(started.length, 1);
  });
});
