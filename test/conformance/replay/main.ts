import { parseArgs } from 'node:util';
import { readRecordings } from './corpus';
import { replay, type ScenarioResult } from './replay';
import { total, writeReport } from './report';
import { TrafficWriter } from './traffic';

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
  const scenarios: ScenarioResult[] = [];
  for (const recording of readRecordings(values.corpus ?? '../shared/corpus')) {
    if (values.only !== undefined && !recording.name.includes(values.only)) continue;
    scenarios.push(await replay(recording, traffic?.write));
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ total: total(scenarios), scenarios })}\n`);
  else writeReport(scenarios, (line) => process.stdout.write(`${line}\n`));
}

void main();
