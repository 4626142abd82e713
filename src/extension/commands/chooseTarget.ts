import { AppError } from '../../domain/errors';
import type { Job, Vault, VaultPolicy } from '../../domain/views';
import { idKey } from '../../protocol/ids';
import { type Failure, thrownAgain } from '../model/failure';
import { facts, momentText } from '../model/format';
import { jobStateWords, jobTitle } from '../model/jobView';
import type { MachineFacts } from '../model/machineFacts';
import { machineDescription } from '../model/machineView';
import { policyWords } from '../model/policyView';
import { ensureWorld, knownMachines, type Stores } from '../model/stores';
import { targetsOf } from '../model/target';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import { ONE_QUESTION, type PickItem } from '../ui/prompts';

export interface Question<T> {
  readonly title: string;
  readonly placeholder: string;
  /** What is said, with the next step, if there is nothing to choose from. */
  readonly nothing: { readonly sentence: string; readonly advice: string };
  readonly fits?: (candidate: T) => boolean;
}

/** The vault a command is about: the only one, or the one that is chosen. */
export async function chooseVault(stores: Stores, ui: Ui, title: string): Promise<Vault | undefined> {
  const vaults = await stores.vaults.known();
  const items = vaults.map((vault) => ({ value: vault, label: vault.name, description: vault.resourceGroup }));
  return choose(ui, items, {
    title,
    placeholder: t('Which vault?'),
    nothing: { sentence: t('There is no vault yet.'), advice: t('Run "VM Backup: Create Vault" first.') },
  });
}

/** A policy of any vault, chosen from a list. */
export async function choosePolicy(stores: Stores, ui: Ui, title: string): Promise<VaultPolicy | undefined> {
  await stores.vaults.ensure();
  const items = stores.vaults.branches.flatMap(({ vault, policies }) =>
    (policies.value ?? []).map((policy) => ({
      value: policy,
      label: policy.name,
      description: vault.name,
      detail: policyWords(policy),
    })),
  );
  const question = {
    title,
    placeholder: t('Which policy?'),
    nothing: { sentence: t('There is no policy yet.'), advice: t('Run "VM Backup: Create Vault" first.') },
  };
  return choose(ui, items, question, stores.vaults.vaults.failure);
}

/** A machine that fits, chosen from a list. */
export async function chooseMachine(
  stores: Stores,
  ui: Ui,
  question: Question<MachineFacts>,
): Promise<MachineFacts | undefined> {
  await ensureWorld(stores);
  const now = stores.clock.now();
  const machines = knownMachines(stores).filter((machine) => question.fits?.(machine) ?? true);
  const items = machines.map((machine) => ({
    value: machine,
    label: machine.name,
    description: machineDescription(machine, now),
  }));
  return choose(ui, items, question, stores.machines.machines.failure);
}

/**
 * The machines that a command is about: those of the selection that fit, or one that is chosen.
 * @throws AppError with the question's advice if none fits
 */
export async function machinesFor(
  stores: Stores,
  ui: Ui,
  args: readonly unknown[],
  question: Question<MachineFacts>,
): Promise<MachineFacts[]> {
  const wanted = new Set(targetsOf('machine', args).map(({ machineId }) => idKey(machineId)));
  if (wanted.size === 0) {
    const machine = await chooseMachine(stores, ui, question);
    return machine ? [machine] : [];
  }
  await ensureWorld(stores);
  const machines = knownMachines(stores).filter(
    (machine) => wanted.has(idKey(machine.machineId)) && (question.fits?.(machine) ?? true),
  );
  if (machines.length === 0) throw nothingToChoose(question.nothing);
  return machines;
}

/** A job that fits, chosen from a list, newest first. */
export async function chooseJob(stores: Stores, ui: Ui, question: Question<Job>): Promise<Job | undefined> {
  await stores.jobs.refresh();
  const now = stores.clock.now();
  const items = stores.jobs.jobs
    .filter((job) => question.fits?.(job) ?? true)
    .map((job) => ({
      value: job,
      label: jobTitle(job),
      description: facts(jobStateWords({ job }), momentText(job.startTime, now, stores.known.jobZone(job))),
    }));
  return choose(ui, items, question, stores.jobs.failure);
}

/** @param failure why a part of the list could not be read: what the other parts have can be chosen all the same */
async function choose<T>(
  ui: Ui,
  items: readonly PickItem<T>[],
  question: Question<T>,
  failure?: Failure,
): Promise<T | undefined> {
  const [only] = items;
  if (!only) throw failure ? thrownAgain(failure) : nothingToChoose(question.nothing);
  // With a part missing, the only one that is left need not be the one that is meant.
  if (items.length === 1 && !failure) return only.value;
  const frame = { title: question.title, ...ONE_QUESTION };
  const answer = await ui.prompts.pick({ ...frame, placeholder: question.placeholder, items });
  return answer.kind === 'value' ? answer.value : undefined;
}

/** What is thrown where a list to choose from would be empty. */
export function nothingToChoose({ sentence, advice }: Question<unknown>['nothing']): AppError {
  return new AppError('NothingToChoose', sentence, { details: { recommendation: advice } });
}
