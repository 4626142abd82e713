import assert from 'node:assert/strict';
import { fuzzEngine } from '../fuzz/fuzzEngine';
import { RealEngines } from './support/realEngines';

describe('fuzzed requests', () => {
  const engines = new RealEngines();
  after(() => engines.close());

  it('of every operation are answered, and leave the engine and its catalog as they should be', async () => {
    const { problems, statuses, targets } = await fuzzEngine(engines, await engines.bundleEngine(), {
      requests: 2000,
      seed: 20_261_012,
    });
    assert.deepEqual(problems.slice(0, 10), []);
    assert.ok(targets > 100, `${targets} operations`);
    // Enough is right about the requests for the engine to do something.
    assert.ok((statuses[200] ?? 0) > 100 && (statuses[202] ?? 0) > 10, JSON.stringify(statuses));
  });
});
