import { resolve } from 'node:path';
import type { Command } from 'commander';
import { formatBytes } from '../../domain/sizes';
import { FIRST_SITE } from '../../protocol/local';
import type { LocalEngine } from '../context';
import { type CommonOptions, withEngine } from '../context';
import { findVault } from '../find';
import { printResult, table } from '../output';
import { type PolicyOptions, policyOf, weekdays, wholeNumber } from '../policyOptions';

const GROUP = 'vm-backup';

/** `vault`, `machine` and `policy`: what has to be there before a machine can be protected. */
export function addResourceCommands(program: Command): void {
  addVaultCommands(program.command('vault').description('Recovery Services vaults'));
  addMachineCommands(program.command('machine').description('machines of this computer'));
  addPolicyCommands(program.command('policy').description('backup policies of a vault'));
}

function addVaultCommands(vault: Command): void {
  vault
    .command('create <name>')
    .description('create a vault; its recovery key is shown once, here')
    .option('--group <name>', 'resource group', GROUP)
    .option('--location <name>', 'location', FIRST_SITE)
    .option('--replication <kind>', 'LocallyRedundant or GeoRedundant', 'LocallyRedundant')
    .action(async (name: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<
        CommonOptions & { group: string; location: string; replication: string }
      >();
      await withEngine(options, async (engine) => {
        await ensureGroup(engine, options.group, options.location);
        const replication = options.replication === 'GeoRedundant' ? 'GeoRedundant' : 'LocallyRedundant';
        const { group: resourceGroup, location } = options;
        const created = await engine.createVault({ name, resourceGroup, location, replication });
        const recoveryKey = await engine.local.createRecoveryKey(created.id);
        printResult(options, { vault: created, recoveryKey }, () =>
          [
            `Created vault ${created.name} in ${created.resourceGroup}, ${created.location}, ${created.replication}.`,
            `Recovery key: ${recoveryKey}`,
            'Keep the recovery key somewhere else. It is not shown again, and without it or this data folder nobody can read the vault.',
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
            `${found.name} in ${found.resourceGroup}, ${found.location}, ${storage.replication}${storage.locked ? ' (locked)' : ''}`,
            `${usage.recoveryPoints} recovery points, ${formatBytes(usage.storedBytes)} stored`,
            ...items.map((item) => `  ${item.machineName}: ${item.state}, policy ${item.policyName ?? 'none'}`),
          ].join('\n'),
        );
      });
    });
}

function addMachineCommands(machine: Command): void {
  machine
    .command('add <name>')
    .description('add a machine by its raw disk images; the files stay where they are')
    .requiredOption('--disk <file...>', 'raw disk images, the one it starts from first')
    .option('--group <name>', 'resource group', GROUP)
    .option('--location <name>', 'location', FIRST_SITE)
    .option('--os <type>', 'Linux or Windows', 'Linux')
    .action(async (name: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<
        CommonOptions & { disk: string[]; group: string; location: string; os: string }
      >();
      await withEngine(options, async (engine) => {
        await ensureGroup(engine, options.group, options.location);
        const added = await engine.local.addMachine({
          name,
          resourceGroup: options.group,
          location: options.location,
          osType: options.os === 'Windows' ? 'Windows' : 'Linux',
          diskPaths: options.disk.map((path) => resolve(path)),
        });
        printResult(options, { machine: added }, () => `Added ${added.name} with ${added.disks.length} disk(s).`);
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
              rule?.schedule.frequency ?? '–',
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
    .option('--time <HH:MM>', 'run time, on the hour or half hour', '22:00')
    .option('--time-zone <id>', 'Windows time zone id', 'UTC')
    .option('--weekly <days>', 'run on these days only, for example Monday,Thursday', weekdays)
    .option('--keep-daily <days>', 'days to keep daily points', wholeNumber)
    .option('--keep-weekly <weeks>', 'weeks to keep weekly points', wholeNumber)
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

async function ensureGroup(engine: LocalEngine, name: string, location: string): Promise<void> {
  const groups = await engine.resourceGroups();
  if (!groups.some((group) => group.name.toLowerCase() === name.toLowerCase())) {
    await engine.createResourceGroup({ name, location });
  }
}

function sizeOf(disks: readonly { sizeBytes: number }[]): string {
  return formatBytes(disks.reduce((sum, disk) => sum + disk.sizeBytes, 0));
}
