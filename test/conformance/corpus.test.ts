import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readRecordings } from './replay/corpus';
import { byGroup, readExamples } from './replay/examples';
import { replay, type ScenarioResult } from './replay/replay';
import { replayExamples } from './replay/replayExample';
import { total, writeReport } from './replay/report';
import { readOperations } from './replay/swagger';
import { DescribedTraffic } from './support/describedTraffic';

const CORPUS = '../shared/corpus';
const DESCRIPTIONS = '../shared/spec/swagger/specification';
/** Shares that must be identical, 0 to 1. */
const LEAST_TOTAL = 0.99;
const LEAST_SCENARIO = 0.95;
const MOST_OUT_OF_SCOPE = 0.1;
/** Described operations that the run must call. */
const LEAST_OPERATIONS = 40;

describe('recorded Azure traffic', () => {
  if (!existsSync(CORPUS)) {
    it(`is left out: there is no folder ${CORPUS}`, () => assert.equal(existsSync(CORPUS), false));
    return;
  }
  const results: ScenarioResult[] = [];
  const operations = readOperations(DESCRIPTIONS);
  const traffic = new DescribedTraffic(operations);
  let started: number;
  before(() => {
    started = performance.now();
  });

  const check = (result: ScenarioResult) => {
    results.push(result);
    const lines: string[] = [];
    writeReport([result], (line) => lines.push(line));
    assert.ok(result.identical >= LEAST_SCENARIO * result.replayed, lines.join('\n'));
  };

  for (const recording of readRecordings(CORPUS)) {
    it(recording.name, async function () {
      this.timeout(240_000);
      check(await replay(recording, traffic.watch));
    });
  }

  for (const [group, examples] of operations.length === 0 ? [] : byGroup(readExamples(join(CORPUS, 'examples')))) {
    it(`examples of ${group}`, async function () {
      this.timeout(240_000);
      const result = await replayExamples(group, examples, operations, traffic.watch);
      assert.equal(result.replayed + result.outOfScope, examples.length);
      check(result);
    });
  }

  it(`is answered identically: at least ${LEAST_TOTAL * 100} %, and less than ${MOST_OUT_OF_SCOPE * 100} % out of scope`, () => {
    const { replayed, identical, outOfScope } = total(results);
    const seconds = Math.round((performance.now() - started) / 1000);
    console.log(`      ${identical} of ${replayed} identical, ${outOfScope} out of scope, ${seconds} s`);
    assert.ok(replayed > 0 && identical >= LEAST_TOTAL * replayed, `${identical} of ${replayed}`);
    assert.ok(outOfScope < MOST_OUT_OF_SCOPE * (replayed + outOfScope), `${outOfScope} besides ${replayed}`);
  });

  if (operations.length === 0) {
    it(`leaves out examples and descriptions: there is no folder ${DESCRIPTIONS}`, () => {
      assert.equal(existsSync(DESCRIPTIONS), false);
    });
    return;
  }
  it(`has by oav no error in at least ${LEAST_OPERATIONS} operations, but the six members that the service adds itself`, async function () {
    this.timeout(240_000);
    const validated = await traffic.validate(DESCRIPTIONS);
    assert.deepEqual([...validated.errors], []);
    assert.ok(validated.operations.size >= LEAST_OPERATIONS, [...validated.operations].toSorted().join());
  });
});
