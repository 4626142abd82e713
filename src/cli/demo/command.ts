import { resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../domain/errors';
import { formatBytes } from '../../domain/sizes';
import { printResult, table } from '../output';
import { type DemoResult, runDemo } from './demo';

const DIFFERS = 'A restored disk differs from its source.';

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('show everything on one disk: back up, change, back up again, restore, compare; leaves nothing behind')
    .option('--disk <file>', 'a raw disk image, which is never written to (default: the sample lab)')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<{ disk?: string; json?: boolean }>();
      const result = await runDemo({
        ...(options.disk !== undefined && { disk: resolve(options.disk) }),
        say,
        signal: stopSignal(),
      });
      printResult(options, result, () => report(result));
      if (result.ok) return;
      if (options.json) say(DIFFERS); // the result has told it to whoever reads stdout
      process.exitCode = 1;
    });
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Aborts when somebody asks the program to stop; asking again does not cut off the tidying up. */
function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  const stop = () => {
    if (stopping.signal.aborted) return;
    say('\nStopping: ending the engine and removing the temporary folder.');
    stopping.abort(new AppError('Interrupted', 'The demo was stopped before its end. Nothing of it is left.'));
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop);
  return stopping.signal;
}

function report(result: DemoResult): string {
  const rows = result.points.map((point, i) => [
    String(i + 1),
    formatBytes(point.changedBytes),
    formatBytes(point.readBytes),
    formatBytes(point.newBytes),
    formatBytes(point.storedBytes),
    `${point.backupSeconds} s`,
    `${point.restoreSeconds} s`,
    point.identical ? 'identical' : 'DIFFERENT',
  ]);
  return [
    '',
    `Disk    ${result.disk}, ${formatBytes(result.sizeBytes)} (${formatBytes(result.allocatedBytes)} allocated)`,
    `Vault   ${formatBytes(result.vaultBytes)} stored for ${result.points.length} recovery points`,
    '',
    table(['POINT', 'CHANGED', 'READ', 'NEW', 'STORED', 'BACKUP', 'RESTORE', 'RESTORED FILE'], rows),
    '',
    ...result.points.map(
      (point, i) =>
        `SHA-256 of point ${i + 1}  source    ${point.sourceSha256}\n                    restored  ${point.restoredSha256}`,
    ),
    '',
    result.ok
      ? `Both points restore byte for byte. Done in ${result.seconds} s, and the temporary folder is removed.`
      : DIFFERS,
  ].join('\n');
}
