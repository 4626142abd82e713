import { strict as assert } from 'node:assert';
import { ON_DEMAND_MAX_YEARS, onDemandProblem } from '../../../src/domain/retention';
import type { ProtectedItem } from '../../../src/domain/views';
import { endOfDay, keepUntilDays, keepUntilProblem } from '../../../src/extension/model/keepUntil';
import { keepUntilKey, keepUntilPanelKind } from '../../../src/extension/panels/keepUntilPanel';
import { keepUntilProtocol } from '../../../src/messages/keepUntil';
import { extensionWorld } from '../../support/extensionWorld';
import { machine } from '../../support/fakeConnection';

const at = (year: number, month: number, day: number) => new Date(year, month - 1, day, 12).getTime();

describe('until when a recovery point may be kept', () => {
  it('is from tomorrow to the last whole day of the rule, also over the end of a year', () => {
    const days = keepUntilDays(at(2026, 12, 31));
    assert.deepEqual([days.today, days.earliest, days.suggested], ['2026-12-31', '2027-01-01', '2027-01-30']);
    assert.equal(days.latest, `${2026 + ON_DEMAND_MAX_YEARS}-12-30`);
    assert.equal(onDemandProblem(endOfDay(days.latest) ?? 0, at(2026, 12, 31)), undefined);
  });

  const now = at(2026, 11, 22);
  const dates: [string, RegExp | undefined][] = [
    ['', /no day of the calendar/],
    ['2027-02-30', /2027-02-30 is no day/],
    ['2026-11-22', /earliest day is tomorrow, 2026-11-23/],
    ['2026-11-23', undefined],
    ['2200-01-01', /99 years/],
  ];
  for (const [text, expected] of dates) {
    it(`date "${text}" is ${expected ? `refused: ${expected.source}` : 'accepted'}`, () => {
      const problem = keepUntilProblem(text, now);
      if (expected) assert.match(problem ?? '', expected);
      else assert.equal(problem, undefined);
    });
  }
});

function opened(...names: string[]) {
  const all = extensionWorld();
  const vault = all.connection.addVault('home-vault');
  const items = names.map((name) => {
    all.connection.allMachines.push(machine(name));
    return all.connection.addItem(name, vault.id, { state: 'Protected' });
  });
  const started: [readonly ProtectedItem[], number][] = [];
  const shown: (readonly string[])[] = [];
  const kind = keepUntilPanelKind(all.stores, {
    startBackups: async (chosen, until) => {
      started.push([chosen, until]);
      return chosen.map(({ machineName }) => `job of ${machineName}`);
    },
    showJobs: (jobIds) => void shown.push(jobIds),
  });
  const key = keepUntilKey(items.map(({ id }) => id));
  const panel = kind.control(key);
  assert.ok(panel);
  return { ...all, kind, key, panel, items, started, shown };
}

describe('the calendar of Back up now', () => {
  it('names the machines, starts their backups until the end of the chosen day and shows the jobs', async () => {
    const { panel, key, started, items, shown } = opened('web-01', 'db-01');
    assert.equal(panel.content().kind, 'notice');
    await panel.load();
    const content = panel.content();
    assert.ok(content.kind === 'snapshot');
    assert.deepEqual(content.data.machines, ['db-01', 'web-01']);
    const message = { type: 'snapshot', version: 1, key, data: content.data };
    assert.deepEqual(keepUntilProtocol.hostMessage.parse(message), message);
    const { latest } = content.data;
    await panel.handle({ action: 'backUp', date: latest });
    assert.equal(panel.closesAfter({ accepted: true }), true);
    assert.deepEqual(
      started.map(([chosen, until]) => [chosen.map(({ id }) => id).toSorted(), until]),
      [[items.map(({ id }) => id).toSorted(), endOfDay(latest)]],
    );
    assert.deepEqual(shown, [['job of db-01', 'job of web-01']]);
  });

  it('refuses a day that the rule does not allow, whoever sends it', async () => {
    const { panel, started, shown } = opened('web-01');
    await panel.load();
    await assert.rejects(panel.handle({ action: 'backUp', date: '1999-01-01' }), { code: 'KeepUntilRefused' });
    assert.deepEqual([started, shown], [[], []]);
  });

  it('says so when the machine is busy by now, or nobody', async () => {
    const { panel, kind, connection, stores } = opened('web-01');
    await panel.load();
    connection.addJob('web-01');
    await stores.jobs.refresh();
    const content = panel.content();
    assert.ok(content.kind === 'notice');
    assert.match(content.sentence, /cannot be backed up now/);
    assert.equal(kind.control({ items: 'web-01' }), undefined);
    assert.equal(kind.control({}), undefined);
  });
});
