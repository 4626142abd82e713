import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Engines } from '../engine/process/support/engines';
import { fuzzEngine } from './fuzzEngine';

const MIB = 1024 * 1024;
const MOST_SHOWN = 20;

function report(line: string): void {
  process.stdout.write(`${line}\n`);
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}

/** The long run: `npm run fuzz [-- --requests N --seed S]`. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      requests: { type: 'string', default: '100000' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    },
  });
  const [requests = 0, seed = 0] = [values.requests, values.seed].map(Number);
  if (!Number.isSafeInteger(requests) || requests < 1 || !Number.isSafeInteger(seed) || seed < 0) {
    throw new Error('usage: npm run fuzz [-- --requests N --seed S]');
  }
  report(`Seed ${seed}.`);
  const engines = new Engines();
  try {
    const started = performance.now();
    const { memory, problems, statuses, targets } = await fuzzEngine(engines, join(process.cwd(), 'dist'), {
      requests,
      seed,
      report,
    });
    const minutes = ((performance.now() - started) / 60_000).toFixed(1);
    const counts = Object.entries(statuses).map(([status, times]) => `${times} × ${status}`);
    report(`${requests} requests for ${targets} operations in ${minutes} min: ${counts.join(', ')}.`);
    for (const [name, key] of [
      ['Living objects', 'heap'],
      ['Resident memory', 'resident'],
    ] as const) {
      if (!memory) continue;
      const [early, late] = [memory.early[key], memory.late[key]];
      report(`${name} at rest: ${mib(early)} after a tenth, ${mib(late)} at the end (${(late / early).toFixed(2)} ×).`);
    }
    for (const problem of problems.slice(0, MOST_SHOWN)) report(problem);
    report(problems.length === 0 ? 'Nothing failed; the catalog is whole.' : `${problems.length} problems.`);
    process.exitCode = problems.length === 0 ? 0 : 1;
  } finally {
    await engines.close();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
