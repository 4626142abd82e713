import assert from 'node:assert/strict';
import type { VaultSnapshot } from '../../../src/messages/vault';
import { vaultStrings } from '../../../src/messages/vaultStrings';
import { Texts } from '../../../webview/ui/texts';
import { TimeFormat } from '../../../webview/ui/time';
import { dayLists, tiles } from '../../../webview/vault/vaultModel';

const texts = new Texts<keyof typeof vaultStrings>(vaultStrings);
const snapshot: VaultSnapshot = {
  vaults: [],
  tiles: { attention: 0 },
  alerts: [],
  coverage: [],
  historyDays: [],
  history: [],
  items: [],
  moreItems: 0,
  jobs: [],
  asOf: 1,
  failedParts: [],
};
const times = new TimeFormat('en-GB', 'UTC');
const shown = (known: Partial<VaultSnapshot['tiles']>) =>
  tiles({ ...snapshot, tiles: { attention: 0, ...known } }, { texts, times, lang: 'en' }).map(
    ({ label, value, details }) =>
      [label, value, ...details.map(({ text, kind }) => (kind ? `${kind}: ${text}` : text))].join(' | '),
  );

const storage = (daysLeft: number) => shown({ storageBytes: 1024, daysLeft })[4];

describe('the tiles of a vault', () => {
  it('count and say what asks for attention', () => {
    const jobs = { inProgress: 1, failed: 2, completed: 3 };
    const known = {
      items: { total: 4, notBackedUp: 1 },
      jobs,
      notProtected: 2,
      storageBytes: 5 * 1024 ** 3,
      newPerDay: 200 * 1024 ** 2,
    };
    const more = {
      attention: 3,
      goBackTo: Date.UTC(2026, 9, 12, 2),
      instances: { count: 4, usedBytes: 12 * 1024 ** 3 },
    };
    assert.deepEqual(shown({ ...known, ...more, recoveryPoints: 12_345, daysLeft: 410 }), [
      'Backup items | 4 | warning: 1 not yet backed up',
      'Not protected | 2 | warning: machines without backup',
      'Jobs in 24 h | 6 | error: 2 failed | running: 1 in progress | ok: 3 completed',
      'Needs attention | 3 | warning: see the list below',
      'Storage used | 5 GB | 2.4 × smaller than the machines | 200 MB new per day | disk full in about 410 days at this pace',
      'Recovery points | 12,345 | to restore from',
      'Go back to | 12 Oct, 02:00 | every protected machine, at least to here',
      'Protected instances | 4 | 12 GB used; what Azure charges for',
    ]);
  });

  it('say of an empty vault that there is nothing yet', () => {
    const jobs = { inProgress: 0, failed: 0, completed: 0 };
    assert.deepEqual(
      shown({
        items: { total: 0, notBackedUp: 0 },
        jobs,
        notProtected: 0,
        storageBytes: 0,
        recoveryPoints: 0,
        instances: { count: 0, usedBytes: 0 },
      }),
      [
        'Backup items | 0 | nothing protected yet',
        'Not protected | 0 | ok: every machine has a vault',
        'Jobs in 24 h | 0 | none in the last 24 hours',
        'Needs attention | 0 | ok: nothing waits for you',
        'Storage used | 0 B | by this vault',
        'Recovery points | 0 | nothing to restore from yet',
        'Protected instances | 0 | 0 B used; what Azure charges for',
      ],
    );
  });

  it('warn of a disk that is full within a month, and say nothing of ten years', () => {
    assert.equal(storage(12), 'Storage used | 1 KB | by this vault | warning: disk full in about 12 days at this pace');
    assert.equal(storage(4000), 'Storage used | 1 KB | by this vault');
  });

  it('say when not every machine has a point yet', () => {
    assert.ok(
      shown({ items: { total: 2, notBackedUp: 1 } }).includes(
        'Go back to | – | not yet: not every machine has a recovery point',
      ),
    );
    assert.ok(shown({ items: { total: 2, notBackedUp: 0 } }).includes('Go back to | – | not known'));
  });

  it('say that they do not know, rather than zero', () => {
    for (const tile of shown({}).filter((text) => !text.startsWith('Needs attention'))) {
      assert.match(tile, / \| – \| not known$/);
    }
  });
});

describe('the days of a strip in words', () => {
  it('name each day under how its backup ended, the worst first', () => {
    const names = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
    const lists = dayLists(['error', 'ok', 'none', 'none', 'none', 'warning', 'error'], names, texts);
    assert.deepEqual(
      lists.map(({ text }) => text),
      ['failed: Mon, Sun', 'no backup: Wed – Fri', 'backed up with warnings: Sat', 'backed up: Tue'],
    );
    assert.deepEqual(dayLists([], [], texts), []);
  });
});
