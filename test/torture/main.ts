import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { torture } from './torture';

const HOUR_MS = 3_600_000;

/** The long run: `npm run torture [-- --kills N --faults N --seed S --hours H]`. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '1000' },
      faults: { type: 'string', default: '1000' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      hours: { type: 'string' },
    },
  });
  const [kills, faults, seed] = [values.kills, values.faults, values.seed].map(Number);
  const hours = Number(values.hours ?? Number.POSITIVE_INFINITY);
  if (![kills, faults, seed].every((value) => Number.isSafeInteger(value) && Number(value) >= 0) || !(hours > 0)) {
    throw new Error('usage: npm run torture [-- --kills N --faults N --seed S --hours H]');
  }
  const folder = mkdtempSync(join(tmpdir(), 'vm-backup-torture-'));
  process.stdout.write(`Seed ${seed}, in ${folder}.\n`);
  const started = performance.now();
  const result = await torture({
    folder,
    kills: kills ?? 0,
    faults: faults ?? 0,
    seed: seed ?? 0,
    withinMs: hours * HOUR_MS,
    report: (line) => process.stdout.write(`${line}\n`),
  });
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  const work = Object.entries(result.done).map(([name, times]) => `${times} × ${name}`);
  process.stdout.write(
    `${result.kills} kills and ${result.faults} faults survived in ${minutes} min (${work.join(', ')}): no promised ` +
      'point was lost, every point restored exactly, all space came back.\n',
  );
  // After a failure the folder stays, for whoever looks for the reason.
  rmSync(folder, { recursive: true, force: true });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
