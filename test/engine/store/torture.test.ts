import assert from 'node:assert/strict';
import { torture } from '../../torture/torture';
import { temporaryFolder } from './storeSupport';

describe('a repository under torture', () => {
  const folder = temporaryFolder({ in: 'memory' });

  it('survives kills at any moment and faults of the file system (a short run of npm run torture)', async function () {
    this.timeout(180_000);
    const result = await torture({ folder, kills: 6, faults: 12, seed: 20_261_124 });
    assert.deepEqual([result.kills, result.faults], [6, 12]);
    assert.ok((result.done.backup ?? 0) > 5 && (result.done.sweep ?? 0) > 0, JSON.stringify(result.done));
  });
});
