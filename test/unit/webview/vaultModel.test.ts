import assert from 'node:assert/strict';
import type { VaultSnapshot } from '../../../src/messages/vault';
import { vaultStrings } from '../../../src/messages/vaultStrings';
import { Texts } from '../../../webview/ui/texts';
import { tiles } from '../../../webview/vault/vaultModel';

const texts = new Texts<keyof typeof vaultStrings>(vaultStrings);
const snapshot: VaultSnapshot = {
  vault: { id: 'v', name: 'v', resourceGroup: 'rg', location: 'site', replication: 'LocallyRedundant' },
  locationName: 'Site',
  storage: { replicationText: 'Locally redundant', locked: false },
  tiles: {},
  items: [],
  jobs: [],
  asOf: 1,
  failedParts: [],
};
const shown = (known: VaultSnapshot['tiles']) =>
  tiles({ ...snapshot, tiles: known }, texts, 'en').map(({ label, value, details }) =>
    [label, value, ...details.map(({ text, kind }) => (kind ? `${kind}: ${text}` : text))].join(' | '),
  );

describe('the tiles of a vault', () => {
  it('count and say what asks for attention', () => {
    const jobs = { inProgress: 1, failed: 2, completed: 3 };
    const known = { items: { total: 4, notBackedUp: 1 }, jobs, notProtected: 2, storageBytes: 5 * 1024 ** 3 };
    assert.deepEqual(shown({ ...known, recoveryPoints: 12_345 }), [
      'Backup items | 4 | warning: 1 not yet backed up',
      'Jobs in 24 h | 6 | error: 2 failed | running: 1 in progress | ok: 3 completed',
      'Not protected | 2 | warning: machines without backup',
      'Storage used | 5 GB | by this vault',
      'Recovery points | 12,345 | to restore from',
    ]);
  });

  it('say of an empty vault that there is nothing yet', () => {
    const jobs = { inProgress: 0, failed: 0, completed: 0 };
    assert.deepEqual(
      shown({ items: { total: 0, notBackedUp: 0 }, jobs, notProtected: 0, storageBytes: 0, recoveryPoints: 0 }),
      [
        'Backup items | 0 | nothing protected yet',
        'Jobs in 24 h | 0 | none in the last 24 hours',
        'Not protected | 0 | ok: every machine has a vault',
        'Storage used | 0 B | by this vault',
        'Recovery points | 0 | nothing to restore from yet',
      ],
    );
  });

  it('say that they do not know, rather than zero', () => {
    for (const tile of shown({})) assert.match(tile, / \| – \| not known$/);
  });
});
