import { inParallel } from '../model/bounded';
import { type Failure, failureOf, failureText, isCancelled, isNotKnownYet } from '../model/failure';
import type { Stores } from '../model/stores';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import { ONE_QUESTION, type PickItem } from '../ui/prompts';
import { tellNotKnown } from './tellNotKnown';

const MACHINES_AT_ONCE = 3;

interface Named {
  readonly name: string;
}

/** One thing that is done to each of several machines. */
export interface MachineWork<M extends Named> {
  readonly title: string;
  readonly machines: readonly M[];
  readonly run: (machine: M, signal: AbortSignal) => Promise<unknown>;
  /** What a failure of a single machine does: it is thrown, or its summary is shown too, where trying again needs what was asked for. */
  readonly single?: 'throws' | 'asks';
}

interface Outcome<M> {
  readonly machine: M;
  /** Absent for a machine that was not reached before the work was called off. `unknown`: it has begun, and may end well yet. */
  readonly result?: { readonly error?: unknown; readonly unknown?: unknown };
}

/**
 * Does something to every machine. What went wrong with one never holds up the others: of several machines a summary has
 * one row each and tries only the failed ones again.
 * @returns the machines that it worked for
 * @throws what went wrong, if there is only one machine and its summary is not wanted
 */
export async function workOnMachines<M extends Named>(
  stores: Stores,
  ui: Ui,
  work: MachineWork<M>,
): Promise<readonly M[]> {
  const { single = 'throws' } = work;
  const done: M[] = [];
  for (let machines = work.machines; machines.length > 0; ) {
    const outcomes = await attempt(stores, ui, { ...work, machines });
    const [only] = outcomes;
    if (single === 'throws' && work.machines.length === 1 && only?.result?.error) throw only.result.error;
    done.push(
      ...outcomes.filter(({ result }) => result && !result.error && !result.unknown).map(({ machine }) => machine),
    );
    const failed = outcomes.filter(({ result }) => result?.error).map(({ machine }) => machine);
    const again = failed.length > 0 && (await asksAgain(ui, work, outcomes));
    machines = again ? failed : [];
  }
  return done;
}

async function attempt<M extends Named>(
  stores: Stores,
  ui: Ui,
  { title, machines, run }: MachineWork<M>,
): Promise<readonly Outcome<M>[]> {
  const outcomes = await ui.progress(title, async (report, signal) =>
    inParallel(machines, MACHINES_AT_ONCE, async (machine): Promise<Outcome<M>> => {
      try {
        signal.throwIfAborted();
        report(machine.name);
        await run(machine, signal);
        return { machine, result: {} };
      } catch (error) {
        if (isCancelled(error)) return { machine };
        return { machine, result: isNotKnownYet(error) ? { unknown: error } : { error } };
      }
    }),
  );
  await Promise.all([stores.vaults.refresh(), stores.jobs.refresh(), stores.engine.readHealth()]);
  tellNotKnown(
    ui,
    outcomes.flatMap(({ machine: { name }, result }) => (result?.unknown ? [{ name, error: result.unknown }] : [])),
  );
  return outcomes;
}

/** Shows how each machine fared. @returns whether the failed ones are to be tried again */
async function asksAgain(ui: Ui, { title }: { title: string }, outcomes: readonly Outcome<Named>[]): Promise<boolean> {
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

function resultRow({ machine, result }: Outcome<Named>, failure: Failure | undefined): PickItem<boolean> {
  const section = t('Machines');
  if (failure) return { value: false, label: `$(error) ${machine.name}`, detail: failureText(failure), section };
  const [icon, description] = !result
    ? ['$(circle-slash)', t('not started')]
    : result.unknown
      ? ['$(question)', t('not known yet')]
      : ['$(pass)', t('done')];
  return { value: false, label: `${icon} ${machine.name}`, description, section };
}
