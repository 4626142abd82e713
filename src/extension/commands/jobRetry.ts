import { AppError } from '../../domain/errors';
import { canStartAgain } from '../../domain/states';
import type { Job, ProtectedItem, RecoveryPoint } from '../../domain/views';
import { toPropertyBagTime } from '../../protocol/time';
import { jobTitle } from '../model/jobView';
import { canResume, canStop, canUndelete } from '../model/machineCan';
import type { MachineFacts } from '../model/machineFacts';
import { machineOfJob } from '../model/machineJobs';
import { ensureWorld, knownMachines, type Stores } from '../model/stores';
import { t } from '../text';
import type { CommandContext } from './commandContext';

/**
 * Starts what a job did once more, on its machine. Nothing is repeated without the questions that belong to it, save a backup and a stop
 * that keeps the data.
 * @throws AppError if nobody can say what that was, or if the machine is in another state by now
 */
export async function retryJob(context: CommandContext, listed: Job): Promise<void> {
  const { stores, ui, shell } = context;
  if (!canStartAgain(listed)) throw notAgain(listed);
  await ensureWorld(stores);
  const machine = machineFor(stores, listed);
  const { item } = machine;
  switch (listed.operation) {
    case 'Backup': {
      if (!item) throw otherState(listed, machine);
      const { startBackups } = await import('../wizards/startBackups');
      await startBackups(stores, ui, [item], undefined);
      return;
    }
    case 'Restore': {
      const point = item && (await pointOf(stores, listed, item));
      await shell.openRestore({ machineId: machine.machineId, ...(point && { pointId: point.id }) });
      return;
    }
    case 'CrossRegionRestore': {
      const wanted = pointMoment(await detailed(stores, listed));
      const openJob = (id: string) => shell.openJob(id, { preserveFocus: false });
      const { restoreInSecondRegion } = await import('../wizards/restoreInSecondRegion');
      await restoreInSecondRegion(
        { stores, ui, openJob },
        machine,
        (point) => toPropertyBagTime(point.time) === wanted,
      );
      return;
    }
    case 'ConfigureBackup':
      return configure(context, listed, machine);
    case 'DisableBackup': {
      if (!canStop(machine)) throw otherState(listed, machine);
      const { stopKeepingData } = await import('../wizards/stopProtection');
      return stopKeepingData(stores, ui, [machine]);
    }
    case 'DeleteBackupData': {
      if (!canStop(machine) && !canResume(machine)) throw otherState(listed, machine);
      const { deleteBackupData } = await import('../wizards/stopProtection');
      return deleteBackupData(stores, ui, [machine]);
    }
    case 'Undelete': {
      if (!canUndelete(machine)) throw otherState(listed, machine);
      const { undelete } = await import('../wizards/stopProtection');
      return undelete(stores, ui, [machine]);
    }
    default:
      throw notAgain(listed);
  }
}

/** A job of this kind enabled backup, changed a policy or resumed backups: what is left of that follows from the machine's state. */
async function configure({ stores, ui, shell }: CommandContext, job: Job, machine: MachineFacts): Promise<void> {
  const createPolicy = (vaultId: string) => shell.createPolicy(vaultId);
  if (!machine.item) {
    const { enableBackup } = await import('../wizards/enableBackup');
    await enableBackup({ stores, ui, createPolicy, vaultId: job.vaultId, machineIds: [machine.machineId] });
    return;
  }
  const proposed = (await detailed(stores, job)).properties['Policy Name'];
  const plan = { stores, ui, machines: [machine], given: new Map<string, string>(), createPolicy, proposed };
  const { changePolicy, resumeProtection } = await import('../wizards/assignPolicy');
  if (canResume(machine)) await resumeProtection(plan);
  else if (canStop(machine)) await changePolicy(plan);
  else throw otherState(job, machine);
}

function machineFor(stores: Stores, job: Job): MachineFacts {
  const machines = knownMachines(stores);
  const machine = machineOfJob(machines, job);
  if (machine) return machine;
  const { machineName, containerName } = job;
  const named = machines.filter(({ name }) => name.toLowerCase() === machineName.toLowerCase());
  if (containerName === undefined && named.length > 1) {
    throw new AppError(
      'MachineUnclear',
      t('Several machines are called {0}, and the job does not tell which it is about.', machineName),
      {
        details: { recommendation: t('Start it from the row of the machine.') },
      },
    );
  }
  throw new AppError('MachineGone', t('The machine {0} is not known any more.', machineName), {
    details: { recommendation: t('Run "VM Backup: Discover Machines", or add its disk image again.') },
  });
}

/** The recovery point that a restore was from, if the job tells it and it is still there. */
async function pointOf(stores: Stores, job: Job, item: ProtectedItem): Promise<RecoveryPoint | undefined> {
  const moment = pointMoment(await detailed(stores, job));
  if (moment === undefined) return undefined;
  await stores.machines.refreshPoints(item.id);
  return stores.machines.points(item.id).value?.find(({ time }) => toPropertyBagTime(time) === moment);
}

/** A restore's moment of its recovery point. The service's name of it ends with a space. */
function pointMoment({ properties }: Job): string | undefined {
  return Object.entries(properties)
    .find(([name]) => name.trim() === 'Recovery point time')?.[1]
    .trim();
}

/** The job with its properties, which lists leave out; as it is known if they cannot be read. */
async function detailed({ jobs }: Stores, job: Job): Promise<Job> {
  await jobs.readDetails(job.id).catch(() => undefined); // what was asked for starts without them, with less filled in
  return jobs.job(job.id) ?? job;
}

function notAgain(job: Job): AppError {
  return new AppError('JobNotRepeatable', t('"{0}" cannot be started again from its job.', jobTitle(job)), {
    details: { recommendation: t('Start it from the row of the machine or of the recovery point.') },
  });
}

function otherState(job: Job, { name }: MachineFacts): AppError {
  return new AppError(
    'MachineStateChanged',
    t('"{0}" cannot be started again: {1} is in another state now.', jobTitle(job), name),
    {
      details: {
        recommendation: t(
          'The state of each machine is in the Machines view. One whose job runs has to wait for its end.',
        ),
      },
    },
  );
}
