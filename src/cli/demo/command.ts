import { resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../domain/errors';
import { formatBytes } from '../../domain/sizes';
import { printResult, table } from '../output';
import { type DemoResult, runDemo } from './demo';

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('protect one disk end to end in a temporary folder: back up, change, back up again, restore, compare')
    .option('--disk <file>', 'a raw disk image, which is never written to (default: the sample lab)')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<{ disk?: string; json?: boolean }>();
      const stopping = new AbortController();
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort());
      const result = await runDemo({
        ...(options.disk !== undefined && { disk: resolve(options.disk) }),
        say: (text) => process.stderr.write(`${text}\n`),
        signal: stopping.signal,
      });
      printResult(options, result, () => report(result));
      if (!result.ok) throw new AppError('DemoFailed', 'A restored disk differs from its source.');
    });
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
      (point, i) => `SHA-256 of ${i + 1}: source ${point.sourceSha256}\n              restored ${point.restoredSha256}`,
    ),
    '',
    result.ok
      ? `Both points restore byte for byte. Done in ${result.seconds} s.`
      : 'A restored disk differs from its source.',
  ].join('\n');
}
