import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readRecordings } from './corpus';
import { byGroup, readExamples } from './examples';
import { replay, type ScenarioResult } from './replay';
import { replayExamples } from './replayExample';
import { total, writeReport } from './report';
import { readOperations } from './swagger';
import { TrafficWriter } from './traffic';

/** The service's descriptions: beside the corpus, or the shared ones. */
function descriptionsFor(corpus: string): string {
  const beside = join(corpus, '..', 'spec', 'swagger', 'specification');
  return existsSync(beside) ? beside : '../shared/spec/swagger/specification';
}

/** `conformance [--corpus DIR] [--json] [--only NAME] [--traffic DIR]`: the last one keeps what was sent and answered. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      corpus: { type: 'string' },
      json: { type: 'boolean' },
      only: { type: 'string' },
      traffic: { type: 'string' },
    },
  });
  const traffic = values.traffic === undefined ? undefined : new TrafficWriter(values.traffic);
  const corpus = values.corpus ?? '../shared/corpus';
  const scenarios: ScenarioResult[] = [];
  for (const recording of readRecordings(corpus)) {
    if (values.only !== undefined && !recording.name.includes(values.only)) continue;
    scenarios.push(await replay(recording, traffic?.write));
  }
  const operations = readOperations(descriptionsFor(corpus));
  const examples = byGroup(readExamples(join(corpus, 'examples')));
  if (examples.size > 0 && operations.length === 0)
    process.stderr.write('The examples are left out: there is no spec/swagger beside the folder or in ../shared.\n');
  for (const [group, shown] of operations.length === 0 ? [] : examples) {
    if (values.only !== undefined && !`examples/${group}`.includes(values.only)) continue;
    scenarios.push(await replayExamples(group, shown, operations, traffic?.write));
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ total: total(scenarios), scenarios })}\n`);
  else writeReport(scenarios, (line) => process.stdout.write(`${line}\n`));
}

void main();
