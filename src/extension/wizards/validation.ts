import type { Vault } from '../../domain/views';
import { inParallel } from '../model/bounded';
import { failureOf, failureText, isCancelled, thrownAgain } from '../model/failure';
import { listText } from '../model/format';
import { sameId } from '../model/ids';
import type { Stores } from '../model/stores';
import { t } from '../text';
import type { AnswerWork, PickItem } from '../ui/prompts';
import type { Candidate } from './candidates';
import type { WizardStep } from './wizard';

const CHECKS_AT_ONCE = 4;

/** How the validation of a machine ended. */
export interface MachineCheck {
  readonly candidate: Candidate;
  /** What stands in the way and what helps, in whole sentences; `undefined` if it passed. */
  readonly problem?: string;
}

/** The answers that the validation needs, and those that it changes. */
export interface ValidationAnswers {
  readonly vault: Vault | undefined;
  /** Those that passed. */
  readonly machines: readonly Candidate[];
  readonly checks: readonly MachineCheck[];
}

/** Has the service validate each machine for a vault. One that cannot be asked about has not passed. */
export async function validateMachines(
  stores: Stores,
  vault: Vault,
  machines: readonly Candidate[],
  { signal, report }: AnswerWork,
): Promise<MachineCheck[]> {
  let done = 0;
  const link = stores.links.of(vault.id);
  return inParallel(machines, CHECKS_AT_ONCE, async (candidate) => {
    signal.throwIfAborted();
    const input = { vaultId: vault.id, machineId: candidate.machine.id, location: vault.location };
    const problem = await link
      .run(async (client) => client.protectionProblem(input, { signal }))
      .then(
        (found) => found && thrownAgain(found),
        (error: unknown) => {
          if (isCancelled(error)) throw error;
          return error;
        },
      );
    done += 1;
    report(t('{0} of {1} machines validated', done, machines.length));
    return { candidate, ...(problem !== undefined && { problem: failureText(failureOf(problem)) }) };
  });
}

/** The answers with what a validation found: the wizard goes on with the machines that passed. */
export function validated<S extends ValidationAnswers>(state: S, checks: readonly MachineCheck[]): S {
  const machines = checks.filter(({ problem }) => problem === undefined).map(({ candidate }) => candidate);
  return { ...state, checks, machines };
}

/** True if a machine did not pass. */
export function hasProblems({ checks }: ValidationAnswers): boolean {
  return checks.some(({ problem }) => problem !== undefined);
}

/** What the summary says of the validation. */
export function validationWords({ checks, machines }: ValidationAnswers): string {
  if (machines.length === checks.length) return t('all machines passed');
  const left = checks.filter(({ problem }) => problem !== undefined).map(({ candidate }) => candidate.machine.name);
  return t('{0} of {1} machines passed; left out: {2}', machines.length, checks.length, listText(left));
}

type Choice = { readonly goOn: true } | { readonly again: readonly Candidate[] };

/** Shows how the validation went, if a machine did not pass: those are left out, or looked at again. */
export function validationStep<S extends ValidationAnswers>(stores: Stores): WizardStep<S> {
  return {
    name: 'validation',
    applies: hasProblems,
    ask: async (ui, state) => {
      const { vault, checks, machines } = state;
      if (!vault) return { kind: 'back' };
      let now = checks;
      const answer = await ui.pick<Choice>({
        placeholder: t('Validation: {0} of {1} machines did not pass', checks.length - machines.length, checks.length),
        items: choices(checks),
        onAccept: async (choice, work) => {
          if ('again' in choice) now = replaced(checks, await validateMachines(stores, vault, choice.again, work));
        },
      });
      if (answer.kind === 'back') return answer;
      const next = validated(state, now);
      return 'again' in answer.value && hasProblems(next)
        ? { kind: 'goTo', step: 'validation', state: next }
        : { kind: 'next', state: next };
    },
  };
}

function choices(checks: readonly MachineCheck[]): PickItem<Choice>[] {
  const failed = checks.filter(({ problem }) => problem !== undefined);
  const passed = checks.length - failed.length;
  const goOn: PickItem<Choice> = {
    value: { goOn: true },
    label:
      passed === 1 ? t('$(arrow-right) Go on with 1 machine') : t('$(arrow-right) Go on with {0} machines', passed),
    detail: t('Those that did not pass are left out.'),
  };
  const again: PickItem<Choice> = {
    value: { again: failed.map(({ candidate }) => candidate) },
    label: t('$(refresh) Validate again'),
    detail: t('Looks once more at those that did not pass.'),
  };
  return [...(passed > 0 ? [goOn] : []), again, ...failed.map(checkItem), ...checks.filter(isPassed).map(checkItem)];
}

function checkItem({ candidate, problem }: MachineCheck): PickItem<Choice> {
  const item = { value: { again: [candidate] }, section: t('Choose a machine to validate it again') };
  const { name } = candidate.machine;
  if (problem === undefined) return { ...item, label: `$(pass) ${name}`, description: t('passed') };
  return { ...item, label: `$(error) ${name}`, description: t('not passed'), detail: problem };
}

function isPassed({ problem }: MachineCheck): boolean {
  return problem === undefined;
}

function replaced(checks: readonly MachineCheck[], fresh: readonly MachineCheck[]): MachineCheck[] {
  return checks.map(
    (check) => fresh.find(({ candidate }) => sameId(candidate.machine.id, check.candidate.machine.id)) ?? check,
  );
}
