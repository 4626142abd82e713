import { strict as assert } from 'node:assert';
import type { Job } from '../../../src/domain/views';
import { COMMANDS } from '../../../src/extension/commands/ids';
import { ShortMemory } from '../../../src/extension/model/memory';
import { Mutes } from '../../../src/extension/model/mutes';
import { Notifications } from '../../../src/extension/notifications';
import type { NotificationLevel } from '../../../src/extension/settings';
import { Story } from '../../../src/extension/story';
import { extensionWorld } from '../../support/extensionWorld';
import { machine } from '../../support/fakeConnection';
import { ScriptedUi } from '../../support/scriptedUi';

async function world(level: NotificationLevel = 'attention') {
  const all = extensionWorld();
  const ui = new ScriptedUi();
  const vault = all.connection.addVault('home-vault');
  all.connection.allMachines.push(machine('web-01'));
  all.connection.addItem('web-01', vault.id);
  await all.stores.vaults.ensure();
  const { stores, clock, log } = all;
  const machineOf = (job: Job) => all.services.machineOf(job);
  const mutes = new Mutes(new ShortMemory(), clock);
  const notifications = new Notifications({
    mutes,
    jobs: stores.jobs,
    messages: ui,
    clock,
    level: () => level,
    machineOf,
    provider: (armId) => all.stores.links.provider(armId),
    log,
  });
  /** Runs a job to its end, as this window's own or as somebody else's. */
  const end = async (changes: Partial<Job>, mine: boolean) => {
    const job = all.connection.addJob('web-01', { operation: changes.operation ?? 'Backup', startTime: clock.now() });
    if (mine) stores.jobs.track(job.id);
    const watching = stores.jobs.watch();
    await clock.advance(1_000);
    all.connection.changeJob(job.id, changes);
    await clock.advance(1_000);
    watching.dispose();
    return job;
  };
  return { ...all, ui, end, mutes, notifications };
}

const failed: Partial<Job> = {
  status: 'Failed',
  errors: [{ code: 7, title: 'No space', message: 'The vault is full.', recommendations: ['Free some space.'] }],
};

describe('notifications', () => {
  it('lead to the folder of a restore of this computer; a restore of Azure has none', async () => {
    const { ui, end, stores, azure, clock } = await world();
    await end({ operation: 'Restore', status: 'Completed' }, true);
    const commands = () => ui.toasts.at(-1)?.actions?.map(({ command }) => command);
    assert.deepEqual(commands(), [COMMANDS.jobOpenFolder, COMMANDS.jobOpen]);
    azure.production.addVault('cloud-vault');
    await stores.azure.signIn();
    const job = azure.production.addJob('cloud-01', { operation: 'Restore', startTime: clock.now() });
    stores.jobs.track(job.id);
    await clock.advance(30_000);
    azure.production.changeJob(job.id, { status: 'Completed' });
    await clock.advance(60_000);
    assert.match(ui.toasts.at(-1)?.text ?? '', /cloud-01/);
    assert.deepEqual(commands(), [COMMANDS.jobOpen]);
  });

  it('tell the end of a backup of mine, with the next steps', async () => {
    const { ui, end } = await world();
    await end({ status: 'Completed' }, true);
    assert.equal(ui.toasts.length, 1);
    assert.equal(ui.toasts[0]?.text, 'The backup of web-01 is complete.');
    assert.deepEqual(
      ui.toasts[0]?.actions?.map(({ command }) => command),
      [COMMANDS.restore, COMMANDS.jobOpen],
    );
  });

  it('tell the end of a restore with its folder', async () => {
    const { ui, end } = await world();
    await end({ status: 'Completed', operation: 'Restore' }, true);
    assert.equal(ui.toasts[0]?.actions?.[0]?.command, COMMANDS.jobOpenFolder);
  });

  it('tell a failure with cause and advice', async () => {
    const { ui, end } = await world();
    await end(failed, true);
    assert.equal(ui.toasts[0]?.text, 'The backup of web-01 failed. The vault is full. Free some space.');
    assert.equal(ui.toasts[0]?.level, 'error');
  });

  it('say nothing of scheduled jobs that went well', async () => {
    const { ui, end } = await world();
    await end({ status: 'Completed' }, false);
    assert.deepEqual(ui.toasts, []);
  });

  it('merge failures of scheduled jobs', async () => {
    const { ui, end, clock } = await world();
    await end(failed, false);
    await end(failed, false);
    await end(failed, false);
    assert.equal(ui.toasts.length, 1);
    await clock.advance(15 * 60_000);
    assert.equal(ui.toasts.length, 2);
    assert.equal(ui.toasts[1]?.text, '2 jobs failed: No space ×2');
  });

  it('of scheduled failures are muted for today, and come back tomorrow', async () => {
    const { ui, end, mutes, clock } = await world();
    await end(failed, false);
    const [today, never] = ui.toasts[0]?.own ?? [];
    assert.deepEqual([today?.title, never?.title], ['Mute for today', "Don't show again"]);
    await end(failed, false);
    today?.run();
    await clock.advance(15 * 60_000);
    await end(failed, false);
    assert.equal(ui.toasts.length, 1);
    assert.ok(mutes.any);
    await clock.advance(24 * 3600_000);
    await end(failed, false);
    assert.equal(ui.toasts.length, 2);
  });

  it('of one kind are not shown again, others are, until all are asked for', async () => {
    const { ui, end, mutes } = await world();
    await end({ status: 'Completed' }, true);
    ui.toasts[0]?.own?.[0]?.run();
    await end({ status: 'Completed' }, true);
    assert.equal(ui.toasts.length, 1);
    await end({ status: 'Completed', operation: 'Restore' }, true);
    await end(failed, true);
    assert.equal(ui.toasts.length, 3);
    mutes.clear();
    await end({ status: 'Completed' }, true);
    assert.equal(ui.toasts.length, 4);
  });

  it('follow the setting', async () => {
    const quiet = await world('none');
    await quiet.end(failed, true);
    assert.deepEqual(quiet.ui.toasts, []);
    const failures = await world('failures');
    await failures.end({ status: 'Completed' }, true);
    assert.deepEqual(failures.ui.toasts, []);
    await failures.end(failed, true);
    assert.equal(failures.ui.toasts.length, 1);
  });
});

const job = (operation: string, status = 'Completed') =>
  ({ operation, status, machineName: 'sample-web' }) as unknown as Job;

describe('walkthrough story', () => {
  it('ticks its steps off as they really happen', () => {
    const set: string[] = [];
    const story = new Story((key) => void set.push(key));
    story.finished({ job: job('Backup', 'Failed'), mine: true });
    story.finished({ job: job('Backup'), mine: false });
    assert.deepEqual(set, []);
    story.finished({ job: job('Backup'), mine: true });
    story.labChanged();
    story.finished({ job: job('Backup'), mine: true });
    story.finished({ job: job('Restore'), mine: true });
    assert.deepEqual(set, [
      'vmbackup.story.backedUp',
      'vmbackup.story.backedUp',
      'vmbackup.story.changedAndBackedUp',
      'vmbackup.story.restored',
    ]);
  });
});
