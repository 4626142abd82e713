// What the views cost with many machines, jobs and points:
// `npm run bench -- ui [--machines 2000] [--jobs 10000] [--points 5000] [--rounds 5]`. It runs the extension's stores and trees
// in plain Node over answers that are in memory: the engine's own time is what `npm run bench -- control` measures, and the
// time of activation is told by the host tests.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageExtension } from '../../scripts/package.mjs';
import { root } from '../../scripts/paths.mjs';
import { importSource } from './support/fromSource.mjs';
import { table } from './support/table.mjs';

const DEFAULTS = { machines: '2000', jobs: '10000', points: '5000', rounds: '5' };
const USAGE = 'usage: npm run bench -- ui [--machines 2000] [--jobs 10000] [--points 5000] [--rounds 5]';
const MOST_LOOP_MS = 50;
const MOST_SCRIPT_BYTES = 1_000_000;
const MOST_VSIX_BYTES = 3_000_000;

/** Returns the exit code: 1 also when a target is missed. */
async function main() {
  const options = readOptions();
  if (typeof options === 'string') {
    console.error(`${options}\n${USAGE}`);
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'vm-backup-bench-'));
  try {
    const { rounds, ...size } = options;
    const { runUiScript } = await importSource(folder, 'test/bench/support/uiScript.ts');
    const figures = await runUiScript(size, rounds);
    const vsixBytes = await packageExtension();
    return report(size, figures, { scriptBytes: statSync(join(root, 'dist/extension.js')).size, vsixBytes });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readOptions() {
  try {
    const options = Object.fromEntries(
      Object.entries(DEFAULTS).map(([name, value]) => [name, { type: 'string', default: value }]),
    );
    const { values } = parseArgs({ options });
    const wrong = Object.entries(values).find(([, value]) => !/^[1-9]\d{0,6}$/.test(value));
    if (wrong) return `--${wrong[0]} needs a whole number.`;
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));
  } catch (error) {
    return error.message;
  }
}

function report({ machines, jobs, points }, { steps, loop, turns }, { scriptBytes, vsixBytes }) {
  const body = steps.map(({ name, rounds }) => {
    const sorted = rounds.toSorted((a, b) => a - b);
    return [name, ms(sorted[Math.floor(sorted.length / 2)]), ms(sorted.at(-1))];
  });
  const targets = [
    [
      loop.p99 < MOST_LOOP_MS,
      `Event loop, p99 delay: ${ms(loop.p99)} (worst ${ms(loop.worst)}); under ${MOST_LOOP_MS} ms`,
    ],
    [scriptBytes < MOST_SCRIPT_BYTES, `JavaScript loaded before a view is opened: ${mb(scriptBytes)}; under 1 MB`],
    [vsixBytes < MOST_VSIX_BYTES, `Size of the .vsix: ${mb(vsixBytes)}; under 3 MB`],
  ];
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
      `CPU time of one turn of the event loop: p99 ${ms(turns.p99)}, worst ${ms(turns.worst)}.`,
      ...targets.map(([met, words]) => `${met ? 'met   ' : 'missed'}  ${words}.`),
    ].join('\n'),
  );
  return targets.every(([met]) => met) ? 0 : 1;
}

function ms(value) {
  return `${value.toFixed(1)} ms`;
}

function mb(bytes) {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

function number(value) {
  return value.toLocaleString('en-US');
}

process.exitCode = await main();
