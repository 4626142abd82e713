import { policyNameProblem, sameName } from '../../src/domain/names';
import type { BackupPolicy } from '../../src/domain/policy';
import { instantRestoreLimits, policyProblems, RETENTION_LIMITS } from '../../src/domain/policyRules';
import type { PolicyProblem } from '../../src/messages/policy';
import type { PolicyStringKey } from '../../src/messages/policyStrings';
import type { Texts } from '../ui/texts';
import { type PolicyForm, toPolicy } from './formModel';

/** The fields of the form that a problem can be about; each is the id of its control. */
export const FIELDS = [
  'name',
  'schedule.days',
  'schedule.time',
  'schedule.intervalHours',
  'schedule.durationHours',
  'timeZone',
  'retention.daily.count',
  'retention.weekly.days',
  'retention.weekly.count',
  'retention.monthly.on.weeks',
  'retention.monthly.on.days',
  'retention.monthly.on.dates',
  'retention.monthly.count',
  'retention.yearly.months',
  'retention.yearly.on.weeks',
  'retention.yearly.on.days',
  'retention.yearly.on.dates',
  'retention.yearly.count',
  'instantRestoreDays',
] as const;
export type FieldId = (typeof FIELDS)[number];

/** A broken rule at its field. `field` is `undefined` for a problem of the whole policy. */
export interface FieldProblem {
  readonly field: FieldId | undefined;
  readonly message: string;
}

/** Every broken rule of the form, in the order of its fields. */
export function formProblems(
  form: PolicyForm,
  existingNames: readonly string[],
  texts: Texts<PolicyStringKey>,
): FieldProblem[] {
  const policy = toPolicy(form);
  const problems = policyProblems(policy);
  const countIsWrong = problems.some(({ code }) => code === 'CountOutOfRange');
  return inFormOrder([
    ...nameProblems(form.name, existingNames, texts),
    ...problems
      // Compared with a count that is itself wrong, it would only confuse.
      .filter(({ code }) => !(code === 'InstantRestoreTooLong' && countIsWrong))
      .map((problem) => atField(problem, policy, texts)),
  ]);
}

/** Problems that the host or the service found, at the fields of the form. */
export function foundProblems(
  problems: readonly PolicyProblem[],
  policy: BackupPolicy,
  texts: Texts<PolicyStringKey>,
): FieldProblem[] {
  return inFormOrder(problems.map((problem) => atField(problem, policy, texts)));
}

/** The field that a rule's target is about: itself, or the first one inside it. */
export function fieldOf(target: string): FieldId | undefined {
  return FIELDS.find((field) => field === target) ?? FIELDS.find((field) => field.startsWith(`${target}.`));
}

function nameProblems(name: string, existingNames: readonly string[], texts: Texts<PolicyStringKey>): FieldProblem[] {
  const broken = policyNameProblem(name);
  if (broken) {
    return [{ field: 'name', message: texts.of(`problem.name.${broken.code}`, broken.message) }];
  }
  return existingNames.some((existing) => sameName(existing, name))
    ? [{ field: 'name', message: texts.t('name.taken', name) }]
    : [];
}

function atField(
  { code, target, message }: PolicyProblem,
  policy: BackupPolicy,
  texts: Texts<PolicyStringKey>,
): FieldProblem {
  return { field: fieldOf(target), message: texts.of(`problem.${code}`, message, ...limitsOf(target, policy)) };
}

/** The smallest and the largest value of a count, for the texts that name them. */
function limitsOf(target: string, policy: BackupPolicy): number[] {
  if (target === 'instantRestoreDays') {
    const { min, max } = instantRestoreLimits(policy);
    return [min, max];
  }
  const found = Object.entries(RETENTION_LIMITS).find(([range]) => target === `retention.${range}.count`);
  return found ? [found[1].min, found[1].max] : [];
}

function inFormOrder(problems: readonly FieldProblem[]): FieldProblem[] {
  const place = ({ field }: FieldProblem) => (field === undefined ? -1 : FIELDS.indexOf(field));
  return problems.toSorted((a, b) => place(a) - place(b));
}
