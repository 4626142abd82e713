import { inParallel } from '../model/bounded';
import { type Failure, failureOf, failureText, isCancelled } from '../model/failure';
import type { MachineFacts } from '../model/machineFacts';
import type { Stores } from '../model/stores';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import { ONE_QUESTION, type PickItem } from '../ui/prompts';

const MACHINES_AT_ONCE = 3;

/** One thing that is done to each of several machines. */
export interface MachineWork {
  readonly title: string;
  readonly machines: readonly MachineFacts[];
  readonly run: (machine: MachineFacts, signal: AbortSignal) => Promise<unknown>;
}

interface Outcome {
  readonly machine: MachineFacts;
  /** Absent for a machine that was not reached before the work was called off. */
  readonly result?: { readonly error?: unknown };
}

/**
 * Does something to every machine. What went wrong with one never holds up the others: of several machines a summary has
 * one row each and tries only the failed ones again.
 * @returns the machines that it worked for
 * @throws what went wrong, if there is only one machine
 */
export async function workOnMachines(stores: Stores, ui: Ui, work: MachineWork): Promise<readonly MachineFacts[]> {
  const done: MachineFacts[] = [];
  for (let machines = work.machines; machines.length > 0; ) {
    const outcomes = await attempt(stores, ui, { ...work, machines });
    const [only] = outcomes;
    if (outcomes.length === 1 && work.machines.length === 1 && only?.result?.error) throw only.result.error;
    done.push(...outcomes.filter(({ result }) => result && !result.error).map(({ machine }) => machine));
    const failed = outcomes.filter(({ result }) => result?.error).map(({ machine }) => machine);
    const again = failed.length > 0 && (await asksAgain(ui, work, outcomes));
    machines = again ? failed : [];
  }
  return done;
}

async function attempt(stores: Stores, ui: Ui, { title, machines, run }: MachineWork): Promise<readonly Outcome[]> {
  const outcomes = await ui.progress(title, async (report, signal) =>
    inParallel(machines, MACHINES_AT_ONCE, async (machine): Promise<Outcome> => {
      try {
        signal.throwIfAborted();
        report(machine.name);
        await run(machine, signal);
        return { machine, result: {} };
      } catch (error) {
        return isCancelled(error) ? { machine } : { machine, result: { error } };
      }
    }),
  );
  await Promise.all([stores.vaults.refresh(), stores.jobs.refresh(), stores.engine.readHealth()]);
  return outcomes;
}

/** Shows how each machine fared. @returns whether the failed ones are to be tried again */
async function asksAgain(ui: Ui, { title }: MachineWork, outcomes: readonly Outcome[]): Promise<boolean> {
  const failures = outcomes.map(({ result }) => (result?.error ? failureOf(result.error) : undefined));
  const failed = failures.filter(Boolean).length;
  const retry: PickItem<boolean> = {
    value: true,
    label:
      failed === 1
        ? t('$(debug-rerun) Retry the one that failed')
        : t('$(debug-rerun) Retry the {0} that failed', failed),
  };
  const rows = outcomes.map((outcome, at) => resultRow(outcome, failures[at]));
  try {
    const answer = await ui.prompts.pick({
      title,
      ...ONE_QUESTION,
      placeholder: t('{0} of {1} machines failed', failed, outcomes.length),
      items: [retry, ...rows],
    });
    return answer.kind === 'value' && answer.value;
  } catch (error) {
    if (isCancelled(error)) return false; // what worked is done all the same
    throw error;
  }
}

function resultRow({ machine, result }: Outcome, failure: Failure | undefined): PickItem<boolean> {
  const section = t('Machines');
  if (failure) return { value: false, label: `$(error) ${machine.name}`, detail: failureText(failure), section };
  return {
    value: false,
    label: `${result ? '$(pass)' : '$(circle-slash)'} ${machine.name}`,
    description: result ? t('done') : t('not started'),
    section,
  };
}
