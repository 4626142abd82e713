import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS, VIEWS } from '../../../src/extension/commands/ids';
import { Cancelled } from '../../../src/extension/model/failure';
import type { Row } from '../../../src/extension/model/row';
import { vaultPanelKind } from '../../../src/extension/panels/vaultPanel';
import { VaultsTree } from '../../../src/extension/tree/vaultsTree';
import { enableBackup } from '../../../src/extension/wizards/enableBackup';
import { commandWorld } from '../../support/commandWorld';
import { machine, point } from '../../support/fakeConnection';
import { NOON } from '../../support/manualClock';
import { type MenuManifest, rowMenu } from '../../support/menus';
import { ScriptedUi } from '../../support/scriptedUi';

const manifest = JSON.parse(readFileSync(join(process.cwd(), 'package.json'), 'utf8')) as MenuManifest;

/** A vault of another computer with a machine that has a recovery point, and its rows by what they are. */
async function readOnly(heldBy = 'attic-pc') {
  const world = commandWorld();
  const { connection, stores } = world;
  const vault = connection.addVault('home-vault');
  connection.heldBy = heldBy;
  connection.allMachines.push(machine('web-01'));
  const item = connection.addItem('web-01', vault.id, { state: 'ProtectionStopped', lastRecoveryPointTime: NOON });
  connection.points.set(item.id, [point(item, 'p1', NOON)]);
  const tree = new VaultsTree(stores);
  const rows = new Map<string, Row>();
  const below = async (all: readonly Row[]): Promise<void> => {
    for (const row of all) {
      rows.set(row.target.kind, row);
      if (row.children !== 'none') await below(await tree.children(row));
    }
  };
  await below(await tree.roots());
  const row = (kind: string) => rows.get(kind) ?? assert.fail(kind);
  const menu = (kind: string) => {
    const { inline, context } = rowMenu(manifest, { view: VIEWS.vaults, contextValue: row(kind).tokens.join(' ') });
    return [...inline, ...context].map((id) => id.replace('vmbackup.', '')).join(' ');
  };
  return { ...world, vault, item, row, menu };
}

describe('a vault that belongs to another computer', () => {
  it('says so in its row, aloud as well, and why nothing changes it', async () => {
    const { row } = await readOnly();
    const { description, spoken, tooltip, icon } = row('vault');
    assert.match(description ?? '', /^only read here, belongs to attic-pc · 1 machine/);
    assert.match(spoken, /^home-vault, vault, only read here, belongs to attic-pc/);
    assert.match(tooltip?.() ?? '', /\$\(lock\) It belongs to attic\\-pc, so it is only read here.*take it over/);
    assert.equal(icon?.name, 'lock');
  });

  it('names a computer that has no name', async () => {
    assert.match((await readOnly('')).row('vault').description ?? '', /belongs to another computer/);
  });

  it('offers what reads it, and nothing that writes to it', async () => {
    const { menu } = await readOnly();
    assert.deepEqual(['vault', 'vaultPolicies', 'policy', 'machine', 'point'].map(menu), [
      'vault.openDashboard vault.openDashboard copyId vault.delete',
      '',
      'policy.preview copyId',
      'restore restore copyId',
      'restore restore copyId',
    ]);
  });

  it('is not offered to protect a machine in, and says why', async () => {
    const { stores, connection } = await readOnly();
    connection.allMachines.push(machine('db-01'));
    const ui = new ScriptedUi({ asks: 'Backup goal', accept: true }, { asks: 'Vault', cancel: true });
    await enableBackup({ stores, ui, createPolicy: async () => undefined }).catch((error: unknown) =>
      assert.ok(error instanceof Cancelled, String(error)),
    );
    const line = ui.shown.find(({ label }) => label.includes('home-vault'));
    assert.deepEqual([line?.disabled, line?.section], [true, 'Only read here']);
    assert.match(line?.detail ?? '', /^It belongs to attic-pc/);
  });

  it('says so on its page', async () => {
    const { stores, vault } = await readOnly();
    const actions = {
      execute: () => undefined,
      showMachines: () => undefined,
      openJobs: () => undefined,
      freeBytes: async () => undefined,
    };
    const panel = vaultPanelKind(stores, actions).control({ vaultId: vault.id });
    await panel?.load();
    const content = panel?.content();
    assert.ok(content?.kind === 'snapshot');
    assert.match(content.data.one?.heldElsewhere ?? '', /^It belongs to attic-pc, so it is only read here/);
    panel?.dispose();
  });

  it('tells the reason on the rows of its machines', async () => {
    const { row } = await readOnly();
    assert.match(row('machine').tooltip?.() ?? '', /Its vault belongs to attic\\-pc: its points can be restored/);
  });

  it('refuses commands of the palette that would change it before they ask anything', async () => {
    const { run, vault, connection, ui } = await readOnly();
    const target = { kind: 'vault', vaultId: vault.id };
    const policy = { kind: 'policy', vaultId: vault.id, policyId: connection.allPolicies[0]?.id };
    for (const [command, about] of [
      [COMMANDS.vaultRotateKey, target],
      [COMMANDS.vaultSetRedundancy, target],
      [COMMANDS.vaultSettings, target],
      [COMMANDS.policyCreate, target],
      [COMMANDS.protect, target],
      [COMMANDS.policyEdit, policy],
      [COMMANDS.policyDuplicate, policy],
      [COMMANDS.policyDelete, policy],
    ] as const) {
      await assert.rejects(
        run(command, about),
        { code: 'LocalVaultOwnedElsewhere', message: /belongs to the engine of attic-pc now/ },
        command,
      );
    }
    assert.deepEqual([ui.asked, ui.modals], [[], []]);
  });
});
