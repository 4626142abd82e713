import { strict as assert } from 'node:assert';
import { COMMANDS } from '../../../src/extension/commands/ids';
import { commandWorld } from '../../support/commandWorld';
import { machine } from '../../support/fakeConnection';
import { NOON } from '../../support/manualClock';
import type { Line } from '../../support/scriptedUi';

/** A protected machine with a name that means something in Markdown and in spreadsheets, a failed one, and a bare one. */
async function written(
  format: string,
): Promise<{ text: string; fileName: string; world: ReturnType<typeof commandWorld> }> {
  const line: Line = { asks: 'In which form', choose: format };
  const world = commandWorld(line);
  const { connection, run, ui } = world;
  const vault = connection.addVault('home-vault');
  connection.allMachines = ['=web|01', 'bad-01', 'bare-01'].map((name) => machine(name));
  const item = { state: 'Protected', lastBackupStatus: 'Completed', lastRecoveryPointTime: NOON - 3600_000 } as const;
  connection.addItem('=web|01', vault.id, { ...item, lastBackupTime: NOON - 3600_000, recoveryPointCount: 14 });
  connection.addItem('bad-01', vault.id, { ...item, lastBackupStatus: 'Failed', lastBackupTime: NOON });
  await run(COMMANDS.vaultExportReport);
  ui.done();
  const { content = '', fileName = '' } = ui.saved[0] ?? {};
  return { text: String(content), fileName, world };
}

describe('the protection report', () => {
  it('for people says how many are protected, what needs attention, and a line for each machine', async () => {
    const { text, fileName, world } = await written('Markdown');
    assert.match(fileName, /^protection-\d{4}-\d\d-\d\d\.md$/);
    assert.match(text, /^# Protection report\n/);
    assert.match(text, /\n- \d of 3 machines are protected\.\n/);
    assert.match(text, /\n- The last backup of bad\\-01 failed/);
    assert.match(text, /\| =web\\\|01 \| This computer \| local \| protected, not proven \| home\\-vault \|/);
    assert.match(text, /\| bare\\-01 \| This computer \| local \| not protected \| {2}\| {2}\|/);
    assert.equal(world.ui.toasts[0]?.text, 'The protection report is /saved.txt.');
  });

  it('for spreadsheets has one line for each machine, and no formula', async () => {
    const { text, fileName } = await written('CSV');
    assert.match(fileName, /\.csv$/);
    const [head = '', ...rows] = text.trimEnd().split('\r\n');
    assert.match(head, /^\u{feff}Machine,Kept in,Location,State,Vault,Policy,Last backup,Newest point,Points$/u);
    assert.equal(rows.length, 3);
    assert.ok(rows.some((row) => row.startsWith("'=web|01,This computer,local,")));
    assert.ok(rows.some((row) => row.endsWith(',14')));
  });

  it('for programs has times in UTC, and no id', async () => {
    const { text } = await written('JSON');
    const { written: at, alerts, machines } = JSON.parse(text) as Record<string, unknown>;
    assert.equal(at, new Date(NOON).toISOString());
    assert.ok(Array.isArray(alerts) && alerts.length === 1);
    assert.ok(Array.isArray(machines) && machines.length === 3);
    assert.doesNotMatch(text, /\/subscriptions\//);
  });
});
