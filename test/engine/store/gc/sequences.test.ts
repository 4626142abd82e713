import assert from 'node:assert/strict';
import { runSequences } from '../../../torture/sequences';
import { temporaryFolder } from '../storeSupport';

const STEPS = 500;

describe('any sequence of work on a repository', () => {
  const folder = temporaryFolder({ in: 'memory' });

  it(`gives what a simple model says in ${STEPS} steps, whatever breaks on the way, and all space back in the end (a short run of npm run torture)`, async function () {
    this.timeout(180_000);
    const done = await runSequences({ folder, steps: STEPS, seed: 20_261_124 });
    for (const kind of ['backup', 'policy', 'prune', 'hold', 'verify', 'restore', 'attach', 'attach copy', 'break']) {
      assert.ok((done[kind] ?? 0) > 0, kind);
    }
  });
});
