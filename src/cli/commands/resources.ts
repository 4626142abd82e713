import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { AppError, isAppError } from '../../domain/errors';
import { DEFAULT_GROUP, sameName } from '../../domain/names';
import type { Schedule } from '../../domain/policy';
import { formatBytes } from '../../domain/sizes';
import type { Vault } from '../../domain/views';
import { FIRST_SITE } from '../../protocol/local';
import type { LocalEngine } from '../context';
import { type CommonOptions, withEngine } from '../context';
import { findVault } from '../find';
import { itemState } from '../itemState';
import { count, printResult, table } from '../output';
import { clockTime, type PolicyOptions, policyOf, timeZoneId, weekdays, wholeNumber } from '../policyOptions';

const REPLICATIONS = ['LocallyRedundant', 'GeoRedundant'] as const;
const SYSTEMS = ['Linux', 'Windows'] as const;

/** `vault`, `machine` and `policy`: what has to be there before a machine can be protected. */
export function addResourceCommands(program: Command): void {
  addVaultCommands(program.command('vault').description('create, list and show Recovery Services vaults'));
  addMachineCommands(program.command('machine').description('add and list machines of this computer'));
  addPolicyCommands(program.command('policy').description('create and list backup policies of a vault'));
}

function addVaultCommands(vault: Command): void {
  vault
    .command('create <name>')
    .description('create a vault; its recovery key is shown once, here')
    .option('--group <name>', 'resource group', DEFAULT_GROUP)
    .option('--location <name>', 'location', FIRST_SITE)
    .addOption(choice('--replication <kind>', 'storage replication', REPLICATIONS))
    .action(async (name: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<
        CommonOptions & { group: string; location: string; replication: (typeof REPLICATIONS)[number] }
      >();
      await withEngine(options, async (engine) => {
        const { group: resourceGroup, location, replication } = options;
        // One that has no recovery key yet is a creation that was cut off; it goes on here.
        const existing = (await engine.vaults()).find(
          (v) => sameName(v.name, name) && sameName(v.resourceGroup, resourceGroup),
        );
        if (!existing) await ensureGroup(engine, resourceGroup, location);
        const created = existing ?? (await engine.createVault({ name, resourceGroup, location, replication }));
        const recoveryKey = await engine.local.createRecoveryKey(created.id).catch((error: unknown) => {
          throw isAppError(error, 'RecoveryKeyExists') ? vaultExists(created) : error;
        });
        printResult(options, { vault: created, recoveryKey }, () =>
          [
            `Created vault ${created.name} in ${created.resourceGroup}, ${created.location}, ${created.replication}.`,
            `Recovery key: ${recoveryKey}`,
            'Keep the recovery key in another place. It is not shown again, and without it and without this data folder nobody\n' +
              'can read the vault.',
          ].join('\n'),
        );
      });
    });
  vault
    .command('list')
    .description('list vaults')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      await withEngine(options, async (engine) => {
        const vaults = await engine.vaults();
        printResult(options, { vaults }, () =>
          table(
            ['NAME', 'GROUP', 'LOCATION', 'REPLICATION'],
            vaults.map((v) => [v.name, v.resourceGroup, v.location, v.replication]),
            'There is no vault yet. Create one: vm-backup vault create <name>',
          ),
        );
      });
    });
  vault
    .command('show <name>')
    .description('show one vault with its use and its protected machines')
    .action(async (name: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      await withEngine(options, async (engine) => {
        const found = await findVault(engine, name);
        const [usage, items, storage] = await Promise.all([
          engine.local.vaultUsage(found.id),
          engine.protectedItems(found.id),
          engine.vaultStorage(found.id),
        ]);
        printResult(options, { vault: found, storage, usage, items }, () =>
          [
            `${found.name} in ${found.resourceGroup}, ${found.location}, ${storage.replication}${storage.locked ? ' (locked: it protects machines)' : ''}`,
            `${count(usage.recoveryPoints, 'recovery point')}, ${formatBytes(usage.storedBytes)} stored`,
            ...(items.length === 0 ? ['No machine is protected yet.'] : []),
            ...items.map((item) => `  ${item.machineName}: ${itemState(item)}, policy ${item.policyName ?? 'none'}`),
          ].join('\n'),
        );
      });
    });
}

function addMachineCommands(machine: Command): void {
  machine
    .command('add <name>')
    .description('add a machine by its raw disk images, which stay where they are; with a known name, change it')
    .requiredOption('--disk <file...>', 'raw disk images; the first is the one it starts from')
    .option('--group <name>', 'resource group', DEFAULT_GROUP)
    .option('--location <name>', 'location', FIRST_SITE)
    .addOption(choice('--os <type>', 'operating system', SYSTEMS))
    .action(async (name: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<
        CommonOptions & { disk: string[]; group: string; location: string; os: (typeof SYSTEMS)[number] }
      >();
      await withEngine(options, async (engine) => {
        await ensureGroup(engine, options.group, options.location);
        const known = (await engine.machines()).some(
          (m) => sameName(m.name, name) && sameName(m.resourceGroup, options.group),
        );
        const added = await engine.local.addMachine({
          name,
          resourceGroup: options.group,
          location: options.location,
          osType: options.os,
          diskPaths: options.disk.map((path) => resolve(path)),
        });
        printResult(options, { machine: added }, () => {
          const disks = `${count(added.disks.length, 'disk')}, ${sizeOf(added.disks)}`;
          return known ? `Changed ${added.name}: ${disks}.` : `Added ${added.name}: ${disks}.`;
        });
      });
    });
  machine
    .command('list')
    .description('list machines')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      await withEngine(options, async (engine) => {
        const machines = await engine.machines();
        printResult(options, { machines }, () =>
          table(
            ['NAME', 'GROUP', 'LOCATION', 'POWER', 'DISKS', 'SIZE'],
            machines.map((m) => [
              m.name,
              m.resourceGroup,
              m.location,
              m.power,
              String(m.disks.length),
              sizeOf(m.disks),
            ]),
            'There is no machine yet. Add one: vm-backup machine add <name> --disk <file>',
          ),
        );
      });
    });
}

function addPolicyCommands(policy: Command): void {
  policy
    .command('list')
    .description('list the policies of a vault')
    .requiredOption('--vault <name>', 'vault')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { vault: string }>();
      await withEngine(options, async (engine) => {
        const policies = await engine.policies((await findVault(engine, options.vault)).id);
        printResult(options, { policies }, () =>
          table(
            ['NAME', 'RUNS', 'TIME', 'TIME ZONE', 'MACHINES'],
            policies.map(({ name, rule, protectedItems }) => [
              name,
              rule ? runsWord(rule.schedule) : '–',
              rule?.schedule.time ?? '–',
              rule?.timeZone ?? '–',
              String(protectedItems),
            ]),
          ),
        );
      });
    });
  policy
    .command('create <name>')
    .description('create a policy, or replace its rule')
    .requiredOption('--vault <name>', 'vault')
    .option('--time <HH:MM>', 'run time, on the hour or half hour', clockTime, '22:00')
    .option('--time-zone <id>', 'Windows time zone id or IANA name', timeZoneId, 'UTC')
    .option('--weekly <days>', 'run on these days only, for example Monday,Thursday', weekdays)
    .option('--keep-daily <days>', 'days to keep daily points (default: 30)', wholeNumber)
    .option('--keep-weekly <weeks>', 'weeks to keep weekly points (default with --weekly: 12)', wholeNumber)
    .option('--keep-monthly <months>', 'months to keep monthly points', wholeNumber)
    .option('--keep-yearly <years>', 'years to keep yearly points', wholeNumber)
    .action(async (name: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & PolicyOptions & { vault: string }>();
      await withEngine(options, async (engine) => {
        const vault = await findVault(engine, options.vault);
        const saved = await engine.savePolicy(vault.id, name, policyOf(options));
        printResult(options, { policy: saved }, () => `Saved policy ${saved.name} in ${vault.name}.`);
      });
    });
}

/** How often a policy runs, in one word or a few. */
function runsWord(schedule: Schedule): string {
  return schedule.frequency === 'Hourly'
    ? `every ${schedule.intervalHours} h for ${schedule.durationHours} h`
    : schedule.frequency;
}

/** An option with a fixed set of values, the first being the default. */
function choice(flags: string, description: string, values: readonly [string, ...string[]]): Option {
  return new Option(flags, description).choices(values).default(values[0]);
}

function vaultExists({ name, resourceGroup }: Vault): AppError {
  return new AppError('AlreadyExists', `There is a vault ${name} in ${resourceGroup} already.`, {
    details: { recommendation: 'Choose another name, or use the vault that is there.' },
  });
}

async function ensureGroup(engine: LocalEngine, name: string, location: string): Promise<void> {
  const groups = await engine.resourceGroups();
  if (!groups.some((group) => group.name.toLowerCase() === name.toLowerCase())) {
    await engine.createResourceGroup({ name, location });
  }
}

function sizeOf(disks: readonly { sizeBytes: number }[]): string {
  return formatBytes(disks.reduce((sum, disk) => sum + disk.sizeBytes, 0));
}
