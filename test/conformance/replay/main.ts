import { parseArgs } from 'node:util';
import { readRecordings } from './corpus';
import { replay, type ScenarioResult } from './replay';
import { total, writeReport } from './report';

/** `conformance [--corpus DIR] [--json] [--only NAME]` */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { corpus: { type: 'string' }, json: { type: 'boolean' }, only: { type: 'string' } },
  });
  const scenarios: ScenarioResult[] = [];
  for (const recording of readRecordings(values.corpus ?? '../shared/corpus')) {
    if (values.only !== undefined && !recording.name.includes(values.only)) continue;
    scenarios.push(await replay(recording));
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ total: total(scenarios), scenarios })}\n`);
  else writeReport(scenarios, (line) => process.stdout.write(`${line}\n`));
}

void main();
