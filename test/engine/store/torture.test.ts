import assert from 'node:assert/strict';
import { torture } from '../../torture/torture';
import { temporaryFolder } from './storeSupport';

const LEAST_STEPS = 5;

describe('a repository under torture', () => {
  const folder = temporaryFolder({ in: 'memory' });

  it('survives kills at any moment and faults of the file system (a short run of npm run torture)', async function () {
    this.timeout(600_000);
    const result = await torture({ folder, kills: 6, faults: 12, seed: 20_261_124 });
    assert.deepEqual([result.kills, result.faults], [6, 12]);
    // A worker is killed after a number of steps that its seed says, so that some were done however slow it was.
    const steps = Object.values(result.done).reduce((sum, times) => sum + times, 0);
    assert.ok(steps >= LEAST_STEPS, JSON.stringify(result.done));
  });
});
