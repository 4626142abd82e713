import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { AppError } from '../../domain/errors';
import { initialBackupPending } from '../../domain/protectionRules';
import { formatBytes, formatDuration } from '../../domain/sizes';
import type { RecoveryPoint } from '../../domain/views';
import { type CommonOptions, withEngine } from '../context';
import { findItem, findMachine, findPolicy, findVault } from '../find';
import { itemState } from '../itemState';
import { waitForJob } from '../jobWait';
import { moment, printResult, table } from '../output';

/** `protect`, `backup`, `jobs`, `points` and `restore`. */
export function addBackupCommands(program: Command): void {
  addProtect(program);
  addBackup(program);
  addJobs(program);
  addPoints(program);
  addRestore(program);
}

function addProtect(program: Command): void {
  program
    .command('protect <machine>')
    .description('enable backup of a machine; makes no recovery point')
    .requiredOption('--vault <name>', 'vault')
    .option('--policy <name>', 'backup policy', 'DefaultPolicy')
    .action(async (name: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { vault: string; policy: string }>();
      await withEngine(options, async (engine) => {
        const vault = await findVault(engine, options.vault);
        const policy = await findPolicy(engine, vault, options.policy);
        const machine = await findMachine(engine, name);
        await engine.discover(vault.id);
        const item = await engine.protect({ vaultId: vault.id, machineId: machine.id, policyId: policy.id });
        printResult(
          options,
          { item },
          () =>
            `${item.machineName} is protected by ${vault.name} with ${policy.name}: ${itemState(item)}.` +
            (initialBackupPending(item)
              ? `\nMake its first recovery point now: vm-backup backup ${item.machineName}`
              : ''),
        );
      });
    });
}

function addBackup(program: Command): void {
  program
    .command('backup <machine>')
    .description('back up a protected machine now and wait for the end')
    .option('--retain-until <date>', 'keep the recovery point until this date, as YYYY-MM-DD (default: 30 days)', date)
    .option('--no-wait', 'only start the job')
    .action(async (name: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { retainUntil?: number; wait: boolean }>();
      await withEngine(options, async (engine) => {
        const item = await findItem(engine, name);
        const jobId = await engine.backupNow(item.id, { retainUntil: options.retainUntil });
        if (!options.wait)
          return printResult(options, { jobId }, () => `Started job ${jobId.split('/').at(-1) ?? ''}.`);
        const { job, statistics } = await waitForJob(engine, jobId);
        const { readBytes, newBytes, storedBytes } = statistics;
        printResult(
          options,
          { job, statistics },
          () =>
            `Backed up ${name} in ${formatDuration(job.durationMs)}: read ${formatBytes(readBytes)}, ` +
            `new ${formatBytes(newBytes)}, stored ${formatBytes(storedBytes)}.`,
        );
      });
    });
}

function addJobs(program: Command): void {
  program
    .command('jobs')
    .description('list the jobs of a vault, or of all vaults')
    .option('--vault <name>', 'vault')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { vault?: string }>();
      await withEngine(options, async (engine) => {
        const vaults = options.vault === undefined ? await engine.vaults() : [await findVault(engine, options.vault)];
        const jobs = (await Promise.all(vaults.map(async (vault) => engine.jobs(vault.id)))).flat();
        printResult(options, { jobs }, () =>
          table(
            ['STARTED', 'OPERATION', 'MACHINE', 'STATUS', 'DURATION', 'JOB'],
            jobs
              .toSorted((a, b) => b.startTime - a.startTime)
              .map((job) => [
                moment(job.startTime),
                job.operation,
                job.machineName,
                job.status,
                formatDuration(job.durationMs),
                job.name,
              ]),
            'There is no job yet.',
          ),
        );
      });
    });
}

function addPoints(program: Command): void {
  program
    .command('points <machine>')
    .description('list the recovery points of a machine, newest first')
    .action(async (name: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      await withEngine(options, async (engine) => {
        const points = await engine.recoveryPoints((await findItem(engine, name)).id);
        printResult(options, { points }, () =>
          table(
            ['POINT', 'TIME', 'CONSISTENCY', 'KEPT AS', 'KEPT UNTIL'],
            points.map((p) => [p.name, moment(p.time), p.consistency, p.ruleName ?? 'on demand', moment(p.expiryTime)]),
            `${name} has no recovery point yet.`,
          ),
        );
      });
    });
}

function addRestore(program: Command): void {
  program
    .command('restore <machine>')
    .description('restore the disks of a recovery point as raw files below a folder')
    .requiredOption('--to <folder>', 'folder to write below; nothing in it is overwritten')
    .option('--point <name>', 'recovery point (default: the newest)')
    .action(async (name: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { to: string; point?: string }>();
      await withEngine(options, async (engine) => {
        const item = await findItem(engine, name);
        const points = await engine.recoveryPoints(item.id);
        const point = options.point === undefined ? points[0] : points.find((p) => p.name === options.point);
        if (!point) throw noPoint(name, options.point, points);
        const vault = (await engine.vaults()).find((v) => v.id.toLowerCase() === item.vaultId.toLowerCase());
        const location = vault?.location ?? '';
        const storageAccountId = await engine.local.restoreTarget({ folder: resolve(options.to), location });
        const jobId = await engine.restore({
          pointId: point.id,
          machineId: item.machineId,
          location,
          target: { kind: 'disks', storageAccountId },
        });
        const { job, statistics } = await waitForJob(engine, jobId);
        printResult(options, { job, files: statistics.files }, () =>
          [
            `Restored ${name} as of ${moment(point.time)} in ${formatDuration(job.durationMs)}; every chunk was checked.`,
            ...statistics.files.map((file) => `  ${file.path}`),
          ].join('\n'),
        );
      });
    });
}

function date(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new InvalidArgumentError('A date is needed, for example 2027-03-01.');
  return time;
}

function noPoint(machine: string, wanted: string | undefined, points: readonly RecoveryPoint[]): AppError {
  const known = points.map((point) => point.name).join(', ');
  return new AppError('NotFound', `${machine} has no recovery point ${wanted ?? 'yet'}.`, {
    details: { recommendation: known ? `Known: ${known}.` : `Make one: vm-backup backup ${machine}.` },
  });
}
