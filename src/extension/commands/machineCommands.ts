import { idKey } from '../../protocol/ids';
import { errorWords } from '../model/errorWords';
import type { MachineFacts } from '../model/machineFacts';
import { canRestore } from '../model/machineView';
import { ensureWorld, knownMachine, knownMachines } from '../model/stores';
import { targetOf, targetsOf } from '../model/target';
import { t } from '../text';
import { assertWritable } from './assertWritable';
import { chooseMachine, chooseVault, machinesFor } from './chooseTarget';
import type { CommandContext, Handlers } from './commandContext';
import { COMMANDS } from './ids';

/** Commands about machines, their disks and their recovery points. */
export function machineCommands(context: CommandContext) {
  const { stores, ui } = context;
  return {
    [COMMANDS.discover]: { run: () => discover(context), retry: true },
    [COMMANDS.machineAddImage]: {
      run: async (...args: readonly unknown[]) => {
        const { addImage } = await import('../wizards/addImage');
        const machine = await addImage(stores, ui, pathsOf(args));
        if (!machine) return;
        ui.toast({
          level: 'info',
          text: t('{0} is added. It is not protected yet.', machine.name),
          actions: [
            {
              title: t('Enable backup'),
              command: COMMANDS.protect,
              targets: [{ kind: 'machine', machineId: machine.id }],
            },
          ],
        });
      },
    },
    [COMMANDS.machineRemove]: { run: (...args: readonly unknown[]) => remove(context, args) },
    [COMMANDS.diskReveal]: {
      run: async (argument: unknown) => {
        const target = targetOf(argument);
        if (target?.kind !== 'disk') return;
        const disks = knownMachine(stores, target.machineId)?.machine?.disks ?? [];
        const path = disks.find(({ id }) => idKey(id) === idKey(target.diskId))?.path;
        if (path !== undefined) await ui.reveal(path);
      },
    },
    [COMMANDS.protect]: { run: (...args: readonly unknown[]) => protect(context, args) },
    [COMMANDS.whyNotProtected]: { run: (argument: unknown) => whyNotProtected(context, argument) },
    [COMMANDS.backupNow]: {
      run: async (...args: readonly unknown[]) => {
        const { backupNow } = await import('../wizards/backupNow');
        const machineIds = targetsOf('machine', args).map(({ machineId }) => machineId);
        await backupNow(stores, ui, { machineIds, pickDate: (itemIds) => context.shell.openKeepUntil(itemIds) });
      },
    },
    [COMMANDS.restore]: { run: (argument: unknown) => restore(context, argument) },
    [COMMANDS.restoreSecondRegion]: { run: (argument: unknown) => restoreElsewhere(context, argument), retry: true },
  } satisfies Partial<Handlers>;
}

/** Problems with folders of disk images that one message tells. */
const MOST_PROBLEMS = 3;

async function discover({ stores, ui }: CommandContext): Promise<void> {
  await ensureWorld(stores);
  const before = new Set(knownMachines(stores).map(({ machineId }) => idKey(machineId)));
  const vault =
    (stores.vaults.vaults.value?.length ?? 0) > 0 ? await chooseVault(stores, ui, t('Discover')) : undefined;
  const problems = await ui.progress(t('Searching for machines'), async (_report, signal) => {
    const isHere = !vault || stores.links.provider(vault.id) === 'local';
    const looked = isHere ? await stores.engine.run(({ local }) => local.lookForMachines({ signal })) : [];
    if (vault) await stores.links.of(vault.id).run((client) => client.discover(vault.id, { signal }));
    await Promise.all([stores.machines.refresh(), stores.vaults.refresh()]);
    return looked.map(({ code, message }) => errorWords(code, 'message', message));
  });
  const found = knownMachines(stores).filter(({ machineId }) => !before.has(idKey(machineId)));
  const names = found.map(({ name }) => name).join(', ');
  const result = found.length === 0 ? t('No new machine was found.') : t('New machines were found: {0}', names);
  ui.toast({
    level: problems.length === 0 ? 'info' : 'warning',
    text: [result, ...problems.slice(0, MOST_PROBLEMS)].join(' '),
    actions: found.length === 0 ? [addImageAction()] : [{ title: t('Enable backup'), command: COMMANDS.protect }],
  });
}

async function restore({ stores, ui, shell }: CommandContext, argument: unknown): Promise<void> {
  const target = targetOf(argument);
  if (target?.kind === 'point') return shell.openRestore({ machineId: target.machineId, pointId: target.pointId });
  const [machine] = await machinesFor(stores, ui, [argument], {
    title: t('Restore'),
    placeholder: t('Which machine do you want to restore?'),
    fits: canRestore,
    nothing: {
      sentence: t('There is no recovery point to restore from now.'),
      advice: t('Back up the machine first, or wait until its running job has ended.'),
    },
  });
  if (machine) await shell.openRestore({ machineId: machine.machineId });
}

/** Every machine in Azure may be asked for: what its vault lacks is told then. */
async function restoreElsewhere({ stores, ui, shell }: CommandContext, argument: unknown): Promise<void> {
  const target = targetOf(argument);
  const given = target && 'machineId' in target ? [{ kind: 'machine', machineId: target.machineId }] : [];
  const [machine] = await machinesFor(stores, ui, given, {
    title: t('Restore in second region'),
    placeholder: t('Which machine do you want to restore?'),
    fits: ({ provider, item }) =>
      provider === 'azure' && item?.lastRecoveryPointTime !== undefined && !item.softDeleted,
    nothing: {
      sentence: t('There is no recovery point in Azure to restore from.'),
      advice: t('Only vaults of Azure have a second region. Sign in to Azure, and back up a machine there.'),
    },
  });
  if (!machine) return;
  const openJob = (jobId: string) => shell.openJob(jobId, { preserveFocus: false });
  const { restoreInSecondRegion } = await import('../wizards/restoreInSecondRegion');
  await restoreInSecondRegion({ stores, ui, openJob }, machine);
}

async function protect(context: CommandContext, args: readonly unknown[]): Promise<void> {
  const { stores, ui, shell } = context;
  const target = targetOf(args[0]);
  const vaultId = target && 'vaultId' in target ? target.vaultId : undefined;
  if (vaultId !== undefined) assertWritable(stores, vaultId);
  const machineIds = targetsOf('machine', args).map(({ machineId }) => machineId);
  const paths = pathsOf(args);
  if (paths.length > 0) {
    const machineId = await machineOfFile(context, paths);
    if (machineId === undefined) return;
    machineIds.push(machineId);
  }
  const { enableBackup } = await import('../wizards/enableBackup');
  await enableBackup({
    stores,
    ui,
    createPolicy: (id) => shell.createPolicy(id),
    vaultId,
    machineIds,
  });
}

/** The machine whose disk a file is; a file that belongs to none is added as a machine first. */
async function machineOfFile({ stores, ui }: CommandContext, paths: readonly string[]): Promise<string | undefined> {
  await stores.machines.ensure();
  const owner = stores.machines.machines.value?.find(({ disks }) => disks.some(({ path }) => path === paths[0]));
  if (owner) return owner.id;
  const { addImage } = await import('../wizards/addImage');
  return (await addImage(stores, ui, paths))?.id;
}

async function remove({ stores, ui }: CommandContext, args: readonly unknown[]): Promise<void> {
  const title = t('Remove machine');
  const machines = await machinesFor(stores, ui, args, {
    title,
    placeholder: t('Which machine?'),
    fits: ({ item }) => item === undefined,
    nothing: {
      sentence: t('There is no machine to remove.'),
      advice: t('A protected machine stays until its protection is stopped.'),
    },
  });
  if (machines.length === 0) return;
  const yes = t('Remove');
  const chosen = await ui.modal({
    text: t('Remove {0} from VM Backup?', machines.map(({ name }) => name).join(', ')),
    detail: t('Its disk images stay where they are. You can add it again.'),
    actions: [yes],
  });
  if (chosen !== yes) return;
  const { workOnMachines } = await import('../wizards/machineWork');
  const run = ({ machineId }: MachineFacts, signal: AbortSignal) =>
    stores.engine.run((client) => client.local.removeMachine(machineId, { signal }));
  await workOnMachines(stores, ui, { title, machines, run });
  await stores.machines.refresh();
}

async function whyNotProtected(context: CommandContext, argument: unknown): Promise<void> {
  const { ui, stores } = context;
  const machine = await machineFor(context, argument, {
    title: t('Why is this machine not protected?'),
    fits: ({ item }) => item === undefined,
    nothing: {
      sentence: t('Every known machine is protected.'),
      advice: t('If one is missing, run "VM Backup: Discover Machines" or add its disk image.'),
    },
  });
  if (!machine) return;
  const { whyNotProtected: why } = await import('../wizards/whyNotProtected');
  ui.toast(why(stores, machine));
}

interface MachineQuestion {
  readonly title: string;
  readonly fits: (machine: MachineFacts) => boolean;
  readonly nothing: { readonly sentence: string; readonly advice: string };
}

async function machineFor(
  { stores, ui }: CommandContext,
  argument: unknown,
  question: MachineQuestion,
): Promise<MachineFacts | undefined> {
  const target = targetOf(argument);
  if (target && 'machineId' in target) {
    await ensureWorld(stores);
    return knownMachine(stores, target.machineId);
  }
  return chooseMachine(stores, ui, { ...question, placeholder: t('Which machine?') });
}

function addImageAction() {
  return { title: t('Add disk image'), command: COMMANDS.machineAddImage };
}

/** Files that the Explorer hands over: the one under the mouse, or the selection. */
function pathsOf(args: readonly unknown[]): string[] {
  const [first, selection] = args;
  const uris: readonly unknown[] = Array.isArray(selection) && selection.length > 0 ? selection : [first];
  return uris.flatMap((uri) => {
    const isUri = typeof uri === 'object' && uri !== null && 'fsPath' in uri && typeof uri.fsPath === 'string';
    return isUri ? [String(uri.fsPath)] : [];
  });
}
