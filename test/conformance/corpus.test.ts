import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readRecordings } from './replay/corpus';
import { replay, type ScenarioResult } from './replay/replay';
import { total, writeReport } from './replay/report';

const CORPUS = '../shared/corpus';
/** Shares that must be identical, 0 to 1. */
const LEAST_TOTAL = 0.9;
const LEAST_SCENARIO = 0.6;

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

  it(`is answered identically: at least ${LEAST_TOTAL * 100} %`, () => {
    const { replayed, identical, outOfScope } = total(results);
    assert.ok(identical / replayed >= LEAST_TOTAL, `${identical} of ${replayed}`);
    assert.ok(outOfScope / (replayed + outOfScope) < 0.1, `${outOfScope} of ${replayed + outOfScope} are out of scope`);
  });
});
