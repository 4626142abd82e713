import { strict as assert } from 'node:assert';
import { AlertNotices } from '../../../src/extension/alertNotices';
import { COMMANDS } from '../../../src/extension/commands/ids';
import { ShortMemory } from '../../../src/extension/model/memory';
import { Mutes } from '../../../src/extension/model/mutes';
import { knownAlerts } from '../../../src/extension/model/stores';
import type { NotificationLevel } from '../../../src/extension/settings';
import { extensionWorld } from '../../support/extensionWorld';
import { machine } from '../../support/fakeConnection';
import { ScriptedUi } from '../../support/scriptedUi';

const HOUR = 3_600_000;

/** Machines whose newest point is of now, so that they are overdue after a day and some hours without a backup. */
async function world(...names: string[]) {
  const { connection, stores, clock } = extensionWorld();
  const vault = connection.addVault('home-vault');
  for (const name of names) {
    connection.allMachines.push(machine(name));
    connection.addItem(name, vault.id, { state: 'Protected', lastRecoveryPointTime: clock.now() });
  }
  await Promise.all([stores.machines.ensure(), stores.vaults.ensure()]);
  stores.jobs.dispose(); // nobody asks for jobs while days pass
  const memory = new ShortMemory();
  const mutes = new Mutes(memory, clock);
  const ui = new ScriptedUi();
  const level: { now: NotificationLevel } = { now: 'attention' };
  const window = () =>
    new AlertNotices({ alerts: () => knownAlerts(stores), messages: ui, clock, level: () => level.now, mutes, memory });
  const after = async (hours: number) => {
    await clock.advance(hours * HOUR);
    window().look();
  };
  return { connection, stores, clock, memory, ui, level, after, vault };
}

describe('notices of what comes about by time', () => {
  it('tell of a machine once it is overdue, with what to do', async () => {
    const { ui, after } = await world('web-01');
    await after(1);
    assert.equal(ui.toasts.length, 0);
    await after(48);
    const [told] = ui.toasts;
    assert.match(told?.text ?? '', /^The newest recovery point of web-01 is from .*: .* too old\.$/);
    assert.deepEqual(
      told?.actions?.map(({ command }) => command),
      [COMMANDS.backupNow, COMMANDS.showStatus],
    );
  });

  it('tell the same once a day, in whatever window, and at once when it is another matter', async () => {
    const { connection, stores, clock, ui, after } = await world('web-01');
    await after(48);
    await after(1);
    assert.equal(ui.toasts.length, 1);
    await after(24);
    assert.equal(ui.toasts.length, 2);
    const [item] = connection.allItems;
    if (!item) assert.fail();
    connection.allItems[0] = { ...item, lastRecoveryPointTime: clock.now() - 48 * HOUR };
    await stores.vaults.refresh();
    await after(0);
    assert.equal(ui.toasts.length, 3);
  });

  it('tell of several machines in one message', async () => {
    const { ui, after } = await world('a', 'b', 'c', 'd', 'e', 'f');
    await after(48);
    assert.deepEqual(
      ui.toasts.map(({ text }) => text),
      ['6 machines have no recent recovery point: a, b, c, d and 2 more.'],
    );
  });

  it('tell nothing that was muted or is not wanted, and go on the next day', async () => {
    const { ui, level, after } = await world('web-01');
    level.now = 'failures';
    await after(48);
    assert.equal(ui.toasts.length, 0);
    level.now = 'attention';
    await after(0);
    ui.toasts[0]?.own?.find(({ title }) => title === 'Mute for today')?.run();
    await after(1);
    assert.equal(ui.toasts.length, 1);
    await after(48);
    ui.toasts[1]?.own?.find(({ title }) => title === "Don't show again")?.run();
    await after(1000);
    assert.equal(ui.toasts.length, 2);
  });

  it('remember no name', async () => {
    const { memory, after } = await world('web-01');
    await after(48);
    assert.doesNotMatch(JSON.stringify(memory.get('alerts.told')), /web-01|subscriptions/i);
    assert.match(JSON.stringify(memory.get('alerts.told')), /^\[\["/);
  });

  it('lead to the dashboard of a vault that is behind at its second site', async () => {
    const { connection, stores, ui, after, vault } = await world();
    connection.copy = { ...connection.copy, secondSite: 'missing' };
    await stores.vaults.refreshVault(vault.id);
    await after(0);
    assert.deepEqual(
      ui.toasts.map(({ actions }) => actions?.[0]?.command),
      [COMMANDS.vaultOpenDashboard],
    );
  });
});
