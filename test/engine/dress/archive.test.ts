import assert from 'node:assert/strict';
import { allCommands } from '../../../src/extension/commands/allCommands';
import { COMMANDS, type CommandId } from '../../../src/extension/commands/ids';
import { LastPlaces } from '../../../src/extension/model/lastPlaces';
import { ShortMemory } from '../../../src/extension/model/memory';
import { Mutes } from '../../../src/extension/model/mutes';
import { pointRow } from '../../../src/extension/model/pointView';
import { viewChoices } from '../../../src/extension/model/viewChoices';
import { RestoreController } from '../../../src/extension/panels/restorePanel';
import type { RestoreForm } from '../../../src/messages/restore';
import { MOVE_MS } from '../../support/dress/archiveTier';
import { DressedCloud, type DressSubscription } from '../../support/dress/cloud';
import { DressedWindow } from '../../support/dress/dressedWindow';
import { jobsEnded, type SmallSeed, seedSmall } from '../../support/dress/seeds';
import { HOUR } from '../../support/engineWorld';
import { FakeService } from '../../support/fakeService';
import { quietShell } from '../../support/quietShell';
import { type Line, ScriptedUi } from '../../support/scriptedUi';
import { waitFor } from '../../support/waitFor';
import { worldClient } from '../../support/worldClient';

const PACE = { activeMs: 30_000, idleMs: 60_000 };

describe('the archive tier of a dressed Azure', () => {
  let cloud: DressedCloud;
  let subscription: DressSubscription;
  let seed: SmallSeed;
  let window: DressedWindow;

  before(async () => {
    cloud = await DressedCloud.create();
    const [first] = cloud.subscriptions;
    if (!first) assert.fail();
    subscription = first;
    seed = await seedSmall(first.world, 'eastus');
    await worldClient(first.world).local.pauseSchedules(true);
    window = new DressedWindow(cloud, PACE);
    await window.restore();
  });
  after(async () => {
    window.dispose();
    await cloud.close();
  });

  function commands(...script: Line[]) {
    const ui = new ScriptedUi(...script);
    const opened: string[] = [];
    const mutes = new Mutes(new ShortMemory(), window.stores.clock);
    const choices = viewChoices(new ShortMemory());
    const shell = quietShell(opened);
    const service = new FakeService().open;
    const places = new LastPlaces(new ShortMemory());
    const handlers = allCommands({ stores: window.stores, ui, shell, mutes, choices, places, service });
    return { ui, opened, run: (id: CommandId, argument?: unknown) => inTime(handlers[id].run(argument)) };
  }

  /** Lets the cloud's time pass until something has ended. */
  async function inTime<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const over = () => void (isOver = true);
    work.then(over, over);
    await waitFor('the end of the call', () => {
      if (!isOver) cloud.clock.advance(500);
      return isOver;
    });
    return work;
  }

  async function onlyPoint() {
    await inTime(window.stores.machines.refreshPoints(seed.item));
    return window.stores.machines.points(seed.item).value?.[0] ?? assert.fail('There is no point.');
  }

  async function row() {
    const where = { machineId: seed.protectedMachine, itemId: seed.item };
    return pointRow(await onlyPoint(), { key: 'k', now: cloud.clock.time, provider: 'azure', ...where });
  }

  it('takes a point that the service recommends, by a job that is followed to its end', async () => {
    await assert.rejects(commands().run(COMMANDS.pointArchive), /recommends no recovery point/);
    await assert.rejects(
      commands().run(COMMANDS.pointArchive, await row()),
      (error: Error & { details?: { recommendation?: string } }) =>
        error.details?.recommendation?.startsWith("We're still determining") === true,
    );
    cloud.archive.makeReady((await onlyPoint()).id);
    assert.ok((await row()).tokens.includes('can.archive'));

    const ended: string[] = [];
    window.stores.jobs.onDidFinish(({ job, mine }) => ended.push(`${job.machineName} ${job.status} ${mine}`));
    const { run, ui } = commands(
      { asks: 'recommends to move together', accept: true },
      { asks: 'modal', press: 'Move to archive' },
    );
    await run(COMMANDS.pointArchive);
    ui.done();
    assert.deepEqual(
      window.stores.jobs.running.map(({ machineName }) => machineName),
      ['web-01'],
    );
    await window.pass(MOVE_MS + 60_000);
    assert.deepEqual(ended, ['web-01 Completed true']);
    const { tokens, description } = await row();
    assert.match(description ?? '', /archive$/);
    assert.ok(tokens.includes('can.rehydrate') && !tokens.includes('can.archive'));
  });

  it('gives a point back only with its rehydration, which the restore form asks for', async () => {
    const { run, opened } = commands();
    await run(COMMANDS.pointUndeleteTier, await row());
    const { id: pointId } = await onlyPoint();
    assert.deepEqual(opened, [`restore ${pointId}`]);
    const storageAccountId = await worldClient(subscription.world).local.restoreTarget({
      folder: `${subscription.world.folder}/staging`,
      location: 'eastus',
    });
    const plain = { pointId, machineId: seed.protectedMachine, location: 'eastus' };
    const link = window.stores.links.of(pointId);
    await assert.rejects(
      inTime(link.run((client) => client.restore({ ...plain, target: { kind: 'disks', storageAccountId } }))),
      { code: 'UserErrorRecoveryPointNotRehydrated' },
    );

    const actions = { ui: new ScriptedUi(), freeBytes: async () => 0, openJob: (id: string) => void opened.push(id) };
    const panel = new RestoreController(window.stores, actions, { machineId: seed.protectedMachine, pointId });
    await inTime(panel.load());
    const content = panel.content();
    if (content.kind !== 'snapshot') assert.fail(JSON.stringify(content));
    const form: RestoreForm = { ...content.data.draft, storageAccountId, rehydrationPriority: 'High' };
    await inTime(panel.handle({ action: 'check', form }));
    assert.deepEqual(await inTime(panel.handle({ action: 'restore', form })), { outcome: 'done' });
    panel.dispose();
    await jobsEnded(subscription.world);
    const jobId = opened.at(-1) ?? '';
    const { operation, status } = await inTime(link.run((client) => client.job(jobId)));
    assert.deepEqual([operation, status], ['Restore', 'Completed']);

    const { rehydrated, tiers } = await onlyPoint();
    assert.deepEqual(tiers, ['ArchivedRP']);
    assert.ok((rehydrated?.until ?? 0) - cloud.clock.time > 15 * 24 * HOUR - HOUR);
    assert.ok(!(await row()).tokens.includes('can.rehydrate'));
  });
});
