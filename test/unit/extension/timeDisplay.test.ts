import { strict as assert } from 'node:assert';
import { clockText, dateText, dayText, fullTimeText, momentText } from '../../../src/extension/model/format';
import { machineDescription } from '../../../src/extension/model/machineView';
import { ensureWorld, knownMachine } from '../../../src/extension/model/stores';
import {
  shownZone,
  type TimeDisplay,
  timeDisplayVersion,
  useTimeDisplay,
} from '../../../src/extension/model/timeDisplay';
import { machinePanelKind } from '../../../src/extension/panels/machinePanel';
import { timeDisplay } from '../../../src/extension/settingValues';
import { JobsTree } from '../../../src/extension/tree/jobsTree';
import { extensionWorld } from '../../support/extensionWorld';
import { machine } from '../../support/fakeConnection';
import { NOON } from '../../support/manualClock';

const HOUR = 3_600_000;
const TAIPEI = 'Taipei Standard Time';
/** 20:30 UTC, which is the next day in Taipei. */
const EVENING = Date.UTC(2026, 9, 12, 20, 30);
const NEXT = Date.UTC(2026, 9, 13, 3);

function showing<T>(display: TimeDisplay, work: () => T): T {
  useTimeDisplay(display);
  return work();
}

describe('the clock that times are shown on', () => {
  afterEach(() => useTimeDisplay('machine'));

  it('is one of the three that the setting names, else that of this computer', () => {
    assert.deepEqual(['machine', 'policy', 'utc', 'mars', 7, undefined].map(timeDisplay), [
      'machine',
      'policy',
      'utc',
      'machine',
      'machine',
      'machine',
    ]);
  });

  it("is this computer's own by default, whatever the policy says", () => {
    assert.equal(shownZone(TAIPEI), undefined);
    assert.equal(clockText(EVENING, TAIPEI), clockText(EVENING));
  });

  it('is UTC everywhere', () => {
    const words = showing('utc', () => [
      shownZone(TAIPEI),
      clockText(EVENING),
      dateText(EVENING, TAIPEI),
      dayText(EVENING, NEXT),
      dayText(NEXT, NEXT),
      dayText(NEXT + 24 * HOUR, NEXT),
      momentText(Date.UTC(2026, 9, 1, 0, 5), NEXT),
    ]);
    assert.deepEqual(words, ['UTC', '20:30', '2026-10-12', 'Yesterday', 'Today', 'Tomorrow', 'Thu, Oct 1, 2026 00:05']);
    assert.match(fullTimeText(EVENING), /8:30:00.PM UTC|20:30:00 UTC/);
  });

  it('is that of the policy where there is one, over the days as well', () => {
    const words = showing('policy', () => [
      clockText(EVENING, TAIPEI),
      dateText(EVENING, TAIPEI),
      dayText(EVENING, NEXT, TAIPEI),
      shownZone(),
      shownZone('Mars Standard Time'),
    ]);
    assert.deepEqual(words, ['04:30', '2026-10-13', 'Today', undefined, undefined]);
  });

  it('shows in the rows of a machine and of its jobs, and in its page', async () => {
    const { connection, stores, clock } = extensionWorld();
    const vault = connection.addVault('home-vault');
    const web = machine('web-01');
    connection.allMachines.push(web);
    const at = NOON - 2 * HOUR;
    const item = connection.addItem('web-01', vault.id, { lastBackupStatus: 'Failed', lastBackupTime: at });
    connection.allPolicies = connection.allPolicies.map((policy) => ({
      ...policy,
      ...(policy.rule && { rule: { ...policy.rule, timeZone: TAIPEI } }),
    }));
    connection.addJob('web-01', { status: 'Completed', startTime: at, vaultId: item.vaultId });
    await ensureWorld(stores);
    const tree = new JobsTree(stores, () => 50);
    const clockIn = (timeZone?: string) =>
      new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone }).format(at);
    const seen = async () => {
      const facts = knownMachine(stores, web.id);
      const [day] = (await tree.roots()).filter(({ target }) => target.kind === 'group');
      const [job] = day ? await tree.children(day) : [];
      return [facts && machineDescription(facts, clock.now()), job?.description].join(' | ');
    };
    for (const [display, zone] of [
      ['utc', 'UTC'],
      ['policy', 'Asia/Taipei'],
      ['machine', undefined],
    ] as const) {
      const before = timeDisplayVersion();
      useTimeDisplay(display);
      assert.ok(timeDisplayVersion() > before);
      const words = await seen();
      assert.equal(words.split(clockIn(zone)).length, 3, `${display}: ${words}`);
    }
    const page = machinePanelKind(stores, { execute: () => undefined, openJobsList: () => undefined }).control({
      machineId: web.id,
    });
    assert.equal(page?.policyZone?.(), TAIPEI);
    page?.dispose();
  });
});
