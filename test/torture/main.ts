import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { flipBits } from './flips';
import { torture } from './torture';

const HOUR_MS = 3_600_000;
/** Where files are in memory, if the system has such a folder. */
const MEMORY = '/dev/shm';
const USAGE = 'usage: npm run torture [-- --kills N --faults N --flips N --seed S --hours H]';
/** What is done unless the counts say something else; with one count given, the others are 0. */
const ALL = { kills: 1000, faults: 1000, flips: 10_000 };

type Counts = Record<keyof typeof ALL, number>;

/** The long run: `npm run torture [-- --kills N --faults N --flips N --seed S --hours H]`. */
async function main(): Promise<void> {
  const { counts, seed, hours } = readOptions();
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

function readOptions(): { counts: Counts; seed: number; hours: number } {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string' },
      faults: { type: 'string' },
      flips: { type: 'string' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      hours: { type: 'string' },
    },
  });
  const chosen = [values.kills, values.faults, values.flips].some((count) => count !== undefined);
  const count = (name: keyof Counts): number => Number(values[name] ?? (chosen ? 0 : ALL[name]));
  const counts = { kills: count('kills'), faults: count('faults'), flips: count('flips') };
  const seed = Number(values.seed);
  const hours = Number(values.hours ?? Number.POSITIVE_INFINITY);
  const numbers = [...Object.values(counts), seed];
  if (!numbers.every((value) => Number.isSafeInteger(value) && value >= 0) || !(hours > 0)) throw new Error(USAGE);
  return { counts, seed, hours };
}

function report(line: string): void {
  process.stdout.write(`${line}\n`);
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
