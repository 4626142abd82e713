import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readRecordings } from './replay/corpus';
import { byGroup, readExamples } from './replay/examples';
import { replay, type ScenarioResult } from './replay/replay';
import { replayExamples } from './replay/replayExample';
import { total, writeReport } from './replay/report';
import { readOperations } from './replay/swagger';

const CORPUS = '../shared/corpus';
/** Shares that must be identical, 0 to 1. */
const LEAST_TOTAL = 0.9;
const LEAST_SCENARIO = 0.6;
/** Of documented examples: they mix states, and show features that are not built (LIMITATIONS.md). */
const LEAST_EXAMPLES = 0.6;

describe('recorded Azure traffic', () => {
  if (!existsSync(CORPUS)) {
    it(`is left out: there is no folder ${CORPUS}`, () => assert.equal(existsSync(CORPUS), false));
    return;
  }
  const results: ScenarioResult[] = [];

  for (const recording of readRecordings(CORPUS)) {
    it(recording.name, async function () {
      this.timeout(120_000);
      const result = await replay(recording);
      results.push(result);
      const lines: string[] = [];
      writeReport([result], (line) => lines.push(line));
      assert.ok(result.identical / result.replayed >= LEAST_SCENARIO, lines.join('\n'));
    });
  }

  const operations = readOperations('../shared/spec/swagger/specification');
  for (const [group, examples] of operations.length === 0 ? [] : byGroup(readExamples(join(CORPUS, 'examples')))) {
    it(`examples of ${group}`, async function () {
      this.timeout(120_000);
      const result = await replayExamples(group, examples, operations);
      results.push(result);
      assert.equal(result.replayed + result.outOfScope, examples.length);
      assert.ok(result.identical / result.replayed >= LEAST_EXAMPLES, JSON.stringify(result.differences));
    });
  }

  it(`is answered identically: at least ${LEAST_TOTAL * 100} %`, () => {
    const { replayed, identical, outOfScope } = total(results);
    assert.ok(identical / replayed >= LEAST_TOTAL, `${identical} of ${replayed}`);
    assert.ok(outOfScope / (replayed + outOfScope) < 0.1, `${outOfScope} of ${replayed + outOfScope} are out of scope`);
  });
});
