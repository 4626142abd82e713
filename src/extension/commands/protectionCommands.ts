import { idKey } from '../../protocol/ids';
import { canChooseDisks, canResume, canStop, canUndelete } from '../model/machineCan';
import type { MachineFacts } from '../model/machineFacts';
import { targetsOf } from '../model/target';
import { t } from '../text';
import { machinesFor } from './chooseTarget';
import type { CommandContext, Handlers } from './commandContext';
import { COMMANDS } from './ids';

/** Commands about the life of a protected machine: stopping, resuming, deleting its data, and its policy. */
export function protectionCommands(context: CommandContext) {
  const { stores, ui, shell } = context;
  const createPolicy = (vaultId: string) => shell.createPolicy(vaultId);
  const withMachines = (
    question: { title: string; fits: (machine: MachineFacts) => boolean; nothing: string },
    work: (machines: readonly MachineFacts[], args: readonly unknown[]) => Promise<void>,
  ) => ({
    run: async (...args: readonly unknown[]) => {
      const advice = t(
        'The state of each machine is in the Machines view. One whose job runs has to wait for its end.',
      );
      const machines = await machinesFor(stores, ui, args, {
        ...question,
        placeholder: t('Which machine?'),
        nothing: { sentence: question.nothing, advice },
      });
      if (machines.length > 0) await work(machines, args);
    },
    retry: true,
  });
  const stopped = { fits: canResume, nothing: t('No machine is stopped with its data kept.') };
  return {
    [COMMANDS.stopProtection]: withMachines(
      { title: t('Stop protection'), fits: canStop, nothing: t('No machine has backups to stop.') },
      async (machines) => (await import('../wizards/stopProtection')).stopProtection(stores, ui, machines),
    ),
    [COMMANDS.deleteBackupData]: withMachines({ title: t('Delete backup data'), ...stopped }, async (machines) =>
      (await import('../wizards/stopProtection')).deleteBackupData(stores, ui, machines),
    ),
    [COMMANDS.undelete]: withMachines(
      { title: t('Undelete'), fits: canUndelete, nothing: t('No deleted backup data waits to be undeleted.') },
      async (machines) => (await import('../wizards/stopProtection')).undelete(stores, ui, machines),
    ),
    [COMMANDS.resumeProtection]: withMachines({ title: t('Resume protection'), ...stopped }, async (machines, args) => {
      const { resumeProtection } = await import('../wizards/assignPolicy');
      await resumeProtection({ stores, ui, machines, given: policiesIn(args), createPolicy });
    }),
    [COMMANDS.policyAssign]: withMachines(
      { title: t('Change policy'), fits: canStop, nothing: t('No machine has a policy to change.') },
      async (machines, args) => {
        const { changePolicy } = await import('../wizards/assignPolicy');
        await changePolicy({ stores, ui, machines, given: policiesIn(args), createPolicy });
      },
    ),
    [COMMANDS.chooseDisks]: withMachines(
      { title: t('Choose disks'), fits: canChooseDisks, nothing: t('No protected machine has more than one disk.') },
      async (machines) => {
        const { chooseDisks } = await import('../wizards/chooseDisks');
        for (const machine of machines) await chooseDisks(stores, ui, machine);
      },
    ),
  } satisfies Partial<Handlers>;
}

/** Policies that the targets bring along, by the keys of their machines' ids: what Undo gives back. */
function policiesIn(args: readonly unknown[]): Map<string, string> {
  return new Map(
    targetsOf('machine', args).flatMap(({ machineId, policyId }): [string, string][] =>
      typeof policyId === 'string' ? [[idKey(machineId), policyId]] : [],
    ),
  );
}
