import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { allCommands } from '../../../src/extension/commands/allCommands';
import { COMMANDS } from '../../../src/extension/commands/ids';
import { LastPlaces } from '../../../src/extension/model/lastPlaces';
import { ShortMemory } from '../../../src/extension/model/memory';
import { Mutes } from '../../../src/extension/model/mutes';
import { viewChoices } from '../../../src/extension/model/viewChoices';
import { DressedCloud, type DressSubscription } from '../../support/dress/cloud';
import { DressedWindow } from '../../support/dress/dressedWindow';
import { hashOf } from '../../support/dress/places';
import { jobsEnded, type SmallSeed, seedSmall } from '../../support/dress/seeds';
import { FakeService } from '../../support/fakeService';
import { quietShell } from '../../support/quietShell';
import { type Line, ScriptedUi } from '../../support/scriptedUi';
import { waitFor } from '../../support/waitFor';
import { worldClient } from '../../support/worldClient';
import { whenCopied } from '../services/secondSite';

const PACE = { activeMs: 30_000, idleMs: 60_000 };
const MINUTE = 60_000;

describe('the second region of a dressed Azure', () => {
  let cloud: DressedCloud;
  let subscription: DressSubscription;
  let seed: SmallSeed;
  let window: DressedWindow;
  let staging: string;

  before(async () => {
    cloud = await DressedCloud.create();
    const [first] = cloud.subscriptions;
    if (!first) assert.fail();
    subscription = first;
    const { world } = subscription;
    seed = await seedSmall(world, 'eastus');
    await whenCopied(world, seed.vault);
    const { local } = worldClient(world);
    await local.pauseSchedules(true);
    staging = join(world.folder, 'staging-west');
    await local.restoreTarget({ folder: staging, location: 'westus' });
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
    const handlers = allCommands({
      stores: window.stores,
      ui,
      shell: quietShell(opened),
      mutes: new Mutes(new ShortMemory(), window.stores.clock),
      choices: viewChoices(new ShortMemory()),
      places: new LastPlaces(new ShortMemory()),
      service: new FakeService().open,
    });
    const run = () =>
      inTime(handlers[COMMANDS.restoreSecondRegion].run({ kind: 'machine', machineId: seed.protectedMachine }));
    return { ui, opened, run };
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

  it('is restored from once its vault allows it: every byte, by a job that is followed to its end', async () => {
    const off = commands();
    await off.run();
    assert.match(off.ui.toasts[0]?.text ?? '', /^Cross-region restore of the vault home is off/);

    const link = window.stores.links.of(seed.vault);
    await inTime(link.run((client) => client.advanced.setVaultSettings(seed.vault, { crossRegionRestore: true })));
    await inTime(window.stores.vaults.refresh());
    assert.equal(window.stores.known.machine(seed.protectedMachine)?.vault?.crossRegionRestore, true);

    const ended: string[] = [];
    window.stores.jobs.onDidFinish(({ job, mine }) => ended.push(`${job.operation} ${job.status} ${mine}`));
    const { ui, run, opened } = commands(
      { asks: 'Recovery point', accept: true },
      { asks: 'Resource group', choose: 'lab' },
      { asks: 'Storage account', accept: true },
      { asks: 'Check, then restore', accept: true },
    );
    await run();
    ui.done();
    const [jobId = ''] = opened;
    assert.match(jobId, /\/vaults\/home\/secondRegions\/westus\/backupJobs\//);
    await jobsEnded(subscription.world);
    await window.pass(2 * MINUTE);
    assert.deepEqual(ended, ['CrossRegionRestore Completed true']);
    const restored = readdirSync(staging, { recursive: true, encoding: 'utf8' })
      .map((file) => join(staging, file))
      .filter((file) => statSync(file).isFile())
      .map((file) => hashOf(readFileSync(file)));
    const image = readFileSync(join(subscription.world.folder, 'images', 'web-01-0.raw'));
    assert.ok(restored.includes(hashOf(image)));

    const before = cloud.log.requests.length;
    await window.pass(30 * MINUTE);
    assert.equal(cloud.log.requests.length, before);
  });
});
