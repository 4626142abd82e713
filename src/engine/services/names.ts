import { AppError } from '../../domain/errors';
import type { NameProblem } from '../../domain/names';

/** Refuses a name that breaks its rule. @throws AppError `InvalidResourceName` with the rule in its message */
export function checkName(kind: string, name: string, problem: NameProblem | undefined): void {
  if (!problem) return;
  throw new AppError('InvalidResourceName', `The ${kind} name '${name}' is not valid. ${problem.message}`, {
    details: { target: 'name', recommendation: 'Choose another name and try again.' },
  });
}
