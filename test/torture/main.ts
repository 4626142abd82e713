import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { flipBits } from './flips';
import { runSequences } from './sequences';
import { torture } from './torture';

const HOUR_MS = 3_600_000;
/** Where files are in memory, if the system has such a folder. */
const MEMORY = '/dev/shm';
const USAGE = 'usage: npm run torture [-- --kills N --faults N --flips N --steps N --seed S --hours H --lanes L]';
/** What is done unless the counts say something else; with one count given, the others are 0. */
const ALL = { kills: 1000, faults: 1000, flips: 10_000, steps: 10_000 };

type Counts = Record<keyof typeof ALL, number>;

/**
 * The long run: `npm run torture [-- --kills N --faults N --flips N --steps N --seed S --hours H --lanes L]`. It is shared out among
 * L processes, two by default, each with a vault of its own.
 */
async function main(): Promise<void> {
  const options = readOptions();
  if (options.lanes === 1) return work(options);
  const ended = Array.from({ length: options.lanes }, async (_, lane) => runLane(options, lane));
  if ((await Promise.all(ended)).some((code) => code !== 0)) process.exitCode = 1;
}

/** Runs one process's share and returns its exit code. */
async function runLane({ counts, seed, hours, lanes }: Options, lane: number): Promise<number> {
  const shares = Object.entries(counts).flatMap(([name, count]) => [`--${name}`, String(share(count, lanes, lane))]);
  const rest = ['--seed', String(seed + lane), '--hours', String(hours), '--lanes', '1'];
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1, 2), ...shares, ...rest], {
    stdio: 'inherit',
  });
  const [code] = await once(child, 'exit');
  return Number(code ?? 1);
}

function share(count: number, lanes: number, lane: number): number {
  return Math.floor(count / lanes) + (lane < count % lanes ? 1 : 0);
}

async function work({ counts, seed, hours }: Options): Promise<void> {
  const parent = existsSync(MEMORY) ? MEMORY : tmpdir();
  const folder = mkdtempSync(join(parent, 'vm-backup-torture-'));
  report(`Seed ${seed}, in ${folder}.`);
  if (counts.flips > 0) {
    const minutes = stopwatch();
    const flips = await flipBits({ folder, flips: counts.flips, seed, report });
    report(
      `${counts.flips} flipped bits found and named in ${minutes()} min (${inWords(flips)}): nothing was restored wrong.`,
    );
  }
  if (counts.steps > 0) {
    const minutes = stopwatch();
    const done = await runSequences({ folder, steps: counts.steps, seed, report });
    report(`at least ${counts.steps} steps went as a simple model says in ${minutes()} min (${inWords(done)}).`);
  }
  if (counts.kills + counts.faults > 0) {
    const minutes = stopwatch();
    const result = await torture({ folder, ...counts, seed, withinMs: hours * HOUR_MS, report });
    report(
      `${result.kills} kills and ${result.faults} faults survived in ${minutes()} min (${inWords(result.done)}): no promised ` +
        'point was lost, every point restored exactly, all space came back.',
    );
  }
  // After a failure the folder stays, for whoever looks for the reason.
  rmSync(folder, { recursive: true, force: true });
}

interface Options {
  readonly counts: Counts;
  readonly seed: number;
  readonly hours: number;
  readonly lanes: number;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string' },
      faults: { type: 'string' },
      flips: { type: 'string' },
      steps: { type: 'string' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      hours: { type: 'string', default: 'Infinity' },
      lanes: { type: 'string', default: '2' },
    },
  });
  const chosen = [values.kills, values.faults, values.flips, values.steps].some((count) => count !== undefined);
  const count = (name: keyof Counts): number => Number(values[name] ?? (chosen ? 0 : ALL[name]));
  const counts = { kills: count('kills'), faults: count('faults'), flips: count('flips'), steps: count('steps') };
  const seed = Number(values.seed);
  const hours = Number(values.hours);
  const lanes = Number(values.lanes);
  const numbers = [...Object.values(counts), seed, lanes];
  const usable = numbers.every((value) => Number.isSafeInteger(value) && value >= 0) && lanes > 0 && hours > 0;
  if (!usable) throw new Error(USAGE);
  return { counts, seed, hours, lanes };
}

function report(line: string): void {
  process.stdout.write(`[${process.pid}] ${line}\n`);
}

function stopwatch(): () => string {
  const started = performance.now();
  return () => ((performance.now() - started) / 60_000).toFixed(1);
}

function inWords(times: Readonly<Record<string, number>>): string {
  return Object.entries(times)
    .map(([name, count]) => `${count} × ${name}`)
    .join(', ');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
