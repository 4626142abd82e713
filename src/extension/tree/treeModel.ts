import type { Failure } from '../model/failure';
import type { Life } from '../model/life';
import type { LinkFailure } from '../model/linkedList';
import { errorRow, type Row } from '../model/row';

/** A view's content without VS Code: what stands at the top, and below each row. */
export interface TreeModel {
  roots(): Promise<readonly Row[]>;
  children(row: Row): Promise<readonly Row[]>;
  onDidChange(listener: () => void): Life;
}

/** One part of a view that could not be read. */
export interface FailedBranch {
  /** What **Retry** reads again. */
  readonly branch: string;
  readonly label: string;
  readonly failure: Failure | undefined;
}

/** The branches of a list that could not be read from some links: one for each, named where there are several. */
export function linkBranches(branch: string, label: string, failures: readonly LinkFailure[]): FailedBranch[] {
  return failures.map(({ link, failure }) => ({
    failure,
    ...(link.provider === 'local'
      ? { branch, label }
      : { branch: `${branch} ${link.key}`, label: `${label} · ${link.name}` }),
  }));
}

/** Error rows of the branches that failed. The same trouble, such as an engine that is gone, is told once. */
export function failureRows(key: string, branches: readonly FailedBranch[]): Row[] {
  const told = new Set<string>();
  return branches.flatMap(({ branch, label, failure }) => {
    if (!failure || told.has(failure.message)) return [];
    told.add(failure.message);
    return [errorRow({ key, branch, label, failure })];
  });
}
