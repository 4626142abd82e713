import { strict as assert } from 'node:assert';
import { AppError } from '../../../src/domain/errors';
import { COMMANDS } from '../../../src/extension/commands/ids';
import { ensureWorld } from '../../../src/extension/model/stores';
import { VaultsTree } from '../../../src/extension/tree/vaultsTree';
import { commandWorld } from '../../support/commandWorld';
import { machine } from '../../support/fakeConnection';
import type { Line } from '../../support/scriptedUi';

function world(...script: Line[]) {
  const all = commandWorld(...script);
  const vault = all.connection.addVault('home-vault');
  const protect = (name: string) => {
    all.connection.allMachines.push(machine(name));
    return all.connection.addItem(name, vault.id, { state: 'Protected', recoveryPointCount: 2 });
  };
  return { ...all, vault, protect };
}

const target = (vaultId: string) => ({
  kind: 'policy',
  vaultId,
  policyId: `${vaultId}/backupPolicies/DefaultPolicy`,
});

describe('Delete vault', () => {
  it('lists what is in the way, lets it be removed from there, and deletes the vault once it is empty', async () => {
    const { connection, ui, run, protect, vault } = world(
      { asks: 'once it is empty', choose: '1 protected machine' },
      { asks: 'Deletes 2 points', type: 'web-01' },
      { asks: 'once it is empty', cancel: true },
      { asks: 'The vault is empty', choose: 'Delete home-vault' },
      { asks: 'modal', press: 'Delete vault' },
    );
    protect('web-01');
    const remove = () => run(COMMANDS.vaultDelete, { kind: 'vault', vaultId: vault.id });
    await assert.rejects(remove(), { name: 'Cancelled' });
    assert.deepEqual(
      ui.shown.map(({ label }) => label),
      [
        '$(pass) no protected machines',
        '$(clock) 1 soft-deleted item, 14 d',
        '$(pass) no registered servers',
        '$(lock) immutability: off',
        '$(trash) Delete home-vault',
      ],
    );
    assert.equal(ui.shown.at(-1)?.disabled, true);
    connection.allItems = [];
    await run(COMMANDS.refresh);
    await remove();
    ui.done();
    assert.deepEqual(connection.allVaults, []);
    assert.match(ui.modals[0]?.detail ?? '', /cannot be undone/);
  });

  it('comes back to the list when the person thinks better of a deletion', async () => {
    const { connection, ui, run, protect, vault } = world(
      { asks: 'once it is empty', choose: '1 protected machine' },
      { asks: 'Deletes 2 points', cancel: true },
      { asks: 'once it is empty', back: true },
    );
    protect('web-01');
    await run(COMMANDS.vaultDelete, { kind: 'vault', vaultId: vault.id });
    ui.done();
    assert.ok(!connection.calls.some((call) => call.startsWith('delete')));
  });
});

/** The lines of the last list; those that are not to be chosen in brackets. */
const labels = (ui: { shown: readonly { label: string; disabled?: boolean }[] }) =>
  ui.shown.map(({ label, disabled }) => (disabled ? `(${label})` : label));

describe('Delete vault, what is not known', () => {
  it('is told as such, with the reason and a way to look again, and the vault is not deleted meanwhile', async () => {
    const { connection, ui, run, vault } = world(
      { asks: 'once it is known to be empty', choose: 'protected machines' },
      { asks: 'The vault is empty', cancel: true },
    );
    connection.failing.set('protectedItems', new AppError('ServiceBusy', 'The service is busy.'));
    const shown: string[][] = [];
    const pick = ui.prompts.pick.bind(ui.prompts);
    ui.prompts.pick = async (prompt) => {
      const answer = await pick(prompt);
      shown.push(labels(ui));
      assert.deepEqual(
        ui.shown.slice(0, 2).map(({ detail }) => detail),
        ['The service is busy.', 'The service is busy.'],
      );
      connection.failing.clear(); // the next look succeeds
      return answer;
    };
    await assert.rejects(run(COMMANDS.vaultDelete, { kind: 'vault', vaultId: vault.id }), { name: 'Cancelled' });
    ui.done();
    assert.deepEqual(shown, [
      [
        '$(question) not known whether it has protected machines',
        '$(question) not known whether it has soft-deleted items',
        '($(pass) no registered servers)',
        '($(lock) immutability: off)',
        '($(trash) Delete home-vault)',
      ],
    ]);
    assert.deepEqual(labels(ui), [
      '($(pass) no protected machines)',
      '($(pass) no soft-deleted items)',
      '($(pass) no registered servers)',
      '($(lock) immutability: off)',
      '$(trash) Delete home-vault',
    ]);
  });

  it('is asked afresh: what an earlier look found may be gone', async () => {
    const { connection, stores, ui, run, protect, vault } = world({ asks: 'once it is empty', back: true });
    await ensureWorld(stores);
    protect('web-01');
    await run(COMMANDS.vaultDelete, { kind: 'vault', vaultId: vault.id });
    ui.done();
    assert.equal(ui.shown[0]?.label, '$(error) 1 protected machine');
    assert.ok(connection.calls.includes('registeredServers'));
  });

  it('servers that are registered stand in the way, and what to do about them is said', async () => {
    const { connection, ui, run, vault } = world({
      asks: 'once it is empty',
      choose: 'registered servers: sql-01, files',
    });
    connection.servers = ['sql-01', 'files'];
    await run(COMMANDS.vaultDelete, { kind: 'vault', vaultId: vault.id });
    ui.done();
    assert.equal(ui.shown.at(-1)?.disabled, true);
    assert.match(ui.toasts[0]?.text ?? '', /unregister it in the Azure portal/);
    assert.deepEqual(ui.toasts[0]?.actions?.[0]?.command, COMMANDS.openInPortal);
  });

  it('whether servers are registered is not said where the service did not answer that', async () => {
    const { connection, ui, run, vault } = world({ asks: 'once it is known to be empty', back: true });
    connection.failing.set('registeredServers', new AppError('AuthorizationFailed', 'You may not read containers.'));
    await run(COMMANDS.vaultDelete, { kind: 'vault', vaultId: vault.id });
    ui.done();
    const line = ui.shown[2];
    assert.deepEqual(
      [line?.label, line?.description, line?.detail],
      ['$(question) not known whether servers are registered', 'Look again', 'You may not read containers.'],
    );
    assert.equal(ui.shown.at(-1)?.disabled, true);
  });
});

describe('policies', () => {
  it('are duplicated under a free name', async () => {
    const { connection, ui, run, vault } = world(
      { asks: 'Name of the copy of DefaultPolicy', type: 'defaultpolicy', problem: 'of that name' },
      { asks: 'Name of the copy of DefaultPolicy', accept: true },
    );
    await run(COMMANDS.policyDuplicate, target(vault.id));
    ui.done();
    assert.ok(connection.calls.includes('savePolicy DefaultPolicy-copy'));
    assert.deepEqual(connection.allPolicies[1]?.rule, connection.allPolicies[0]?.rule);
    assert.equal(ui.toasts[0]?.actions?.[0]?.command, COMMANDS.policyEdit);
  });

  it('in use are not deleted: who uses them is named', async () => {
    const { run, protect, vault } = world();
    protect('web-01');
    protect('db-01');
    await assert.rejects(run(COMMANDS.policyDelete, target(vault.id)), {
      code: 'PolicyInUse',
      message: 'The policy DefaultPolicy is used by db-01, web-01.',
    });
  });

  it('that nobody uses are deleted after a question', async () => {
    const { connection, ui, run, vault } = world({ asks: 'modal', press: 'Delete policy' });
    await run(COMMANDS.policyDelete, target(vault.id));
    ui.done();
    assert.deepEqual(connection.allPolicies, []);
    assert.equal(ui.toasts[0]?.text, 'The policy DefaultPolicy is deleted.');
  });
});

describe('Vaults view', () => {
  it('shows soft-deleted items in a group of their own, each with its way back', async () => {
    const { connection, stores, protect } = world();
    protect('web-01');
    await connection.deleteBackupData(protect('db-01').id);
    const tree = new VaultsTree(stores);
    const [vaultRow] = await tree.roots();
    const groups = await tree.children(vaultRow ?? assert.fail());
    assert.deepEqual(
      groups.map(({ label, description }) => `${label} ${description}`),
      ['Protected VMs 1', 'Policies 1', 'Soft-deleted 1'],
    );
    const [row] = await tree.children(groups[2] ?? assert.fail());
    assert.equal(row?.label, 'db-01');
    assert.ok(row.tokens.includes('can.undelete'));
  });
});
