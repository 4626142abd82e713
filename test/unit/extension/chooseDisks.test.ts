import { strict as assert } from 'node:assert';
import { COMMANDS } from '../../../src/extension/commands/ids';
import { ensureWorld, knownMachine } from '../../../src/extension/model/stores';
import { MachineBranch } from '../../../src/extension/tree/machineBranch';
import { commandWorld } from '../../support/commandWorld';
import { disk, machine } from '../../support/fakeConnection';
import type { Line } from '../../support/scriptedUi';

/** A protected machine with a system disk and two data disks, and one with a single disk. */
function world(...script: Line[]) {
  const all = commandWorld(...script);
  const { connection } = all;
  const vault = connection.addVault('home-vault');
  const policyId = `${vault.id}/backupPolicies/DefaultPolicy`;
  const disks = [disk('os'), { ...disk('logs'), lun: 0 }, { ...disk('data'), lun: 1 }];
  connection.allMachines = [machine('db-01', { disks }), machine('small-01')];
  for (const name of ['db-01', 'small-01']) connection.addItem(name, vault.id, { state: 'Protected', policyId });
  const row = { kind: 'machine', machineId: machine('db-01').id } as const;
  const disksOf = () => connection.allItems.find(({ machineName }) => machineName === 'db-01')?.disks;
  return { ...all, row, disksOf };
}

describe('choosing the disks of a machine', () => {
  it('leaves out what is not ticked, never the system disk, and says so in the rows', async () => {
    const { run, ui, row, disksOf, stores, connection } = world({ asks: 'Which disks', tick: ['data-disk'] });
    await run(COMMANDS.chooseDisks, row);
    ui.done();
    assert.deepEqual(disksOf(), { luns: [0], included: false });
    assert.ok(connection.calls.includes('protect db-01 DefaultPolicy without 0'));
    assert.match(ui.toasts[0]?.text ?? '', /^1 of 3 disks of db-01 are left out from the next backup on/);
    await ensureWorld(stores);
    const rows = await new MachineBranch(stores).children(row, 'machines');
    const words = new Map(rows.map(({ label, description }) => [label, description ?? '']));
    assert.match(words.get('logs-disk') ?? '', /not backed up/);
    assert.doesNotMatch(words.get('data-disk') ?? '', /not backed up/);
  });

  it('starts with what is backed up now, whichever way the service says it, and takes everything in again', async () => {
    const { run, ui, disksOf, connection, row } = world(
      { asks: 'Which disks', accept: true },
      { asks: 'Which disks', tick: ['os-disk', 'logs-disk', 'data-disk'] },
    );
    connection.allItems = connection.allItems.map((item) => ({ ...item, disks: { luns: [1], included: true } }));
    await run(COMMANDS.chooseDisks, row);
    assert.deepEqual(disksOf(), { luns: [0], included: false });
    await run(COMMANDS.chooseDisks, row);
    ui.done();
    assert.deepEqual(disksOf(), { luns: [], included: false });
    assert.equal(ui.toasts.at(-1)?.text, 'All disks of db-01 are backed up from the next backup on.');
  });

  it('is offered for machines with several disks only', async () => {
    const { run, stores } = world({ asks: 'Which disks', cancel: true });
    await assert.rejects(run(COMMANDS.chooseDisks), { name: 'Cancelled' }); // the one that fits is not asked for
    const small = { kind: 'machine', machineId: machine('small-01').id };
    await assert.rejects(run(COMMANDS.chooseDisks, small), /more than one disk/);
    assert.ok(knownMachine(stores, small.machineId));
  });
});
