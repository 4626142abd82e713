// What the extension's stores and trees cost by themselves with many machines, jobs and points:
// `npm run bench -- trees [--machines 2000] [--jobs 10000] [--points 5000] [--rounds 5]`. They run in plain Node over answers
// that are in memory. What somebody sees of it in a workbench is measured by `npm run bench -- ui`.
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCounts } from './support/counts.mjs';
import { importSource } from './support/fromSource.mjs';
import { table } from './support/table.mjs';

const DEFAULTS = { machines: 2_000, jobs: 10_000, points: 5_000, rounds: 5 };
const USAGE = 'usage: npm run bench -- trees [--machines 2000] [--jobs 10000] [--points 5000] [--rounds 5]';

/** Returns the exit code. */
async function main() {
  const options = readCounts(DEFAULTS);
  if (typeof options === 'string') {
    console.error(`${options}\n${USAGE}`);
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'vm-backup-bench-'));
  try {
    const { rounds, ...size } = options;
    const { runTreesScript } = await importSource(folder, 'test/bench/support/treesScript.ts');
    report(size, await runTreesScript(size, rounds));
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function report({ machines, jobs, points }, { steps, loop, turns }) {
  const body = steps.map(({ name, rounds }) => {
    const sorted = rounds.toSorted((a, b) => a - b);
    return [name, ms(sorted[Math.floor(sorted.length / 2)]), ms(sorted.at(-1))];
  });
  console.log(
    [
      '',
      `${number(machines)} machines, ${number(jobs)} jobs, ${number(points)} recovery points; plain Node, answers in memory.`,
      `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, Node.js ${process.version}; average load of the last 1, 5 and 15 minutes: ${loadavg()
        .map((load) => load.toFixed(1))
        .join(', ')}`,
      '',
      table([['', 'median', 'worst'], ...body]),
      '',
      `Event loop: p99 delay ${ms(loop.p99)}, worst ${ms(loop.worst)}.`,
      `CPU time of one turn: p99 ${ms(turns.p99)}, worst ${ms(turns.worst)}.`,
    ].join('\n'),
  );
}

function ms(value) {
  return `${value.toFixed(1)} ms`;
}

function number(value) {
  return value.toLocaleString('en-US');
}

process.exitCode = await main();
