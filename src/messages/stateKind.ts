/** How a state looks. The word beside it carries the meaning; this only picks colour and mark. */
export const STATE_KINDS = ['ok', 'warning', 'error', 'running', 'off'] as const;
export type StateKind = (typeof STATE_KINDS)[number];

/** How the status of a job looks. */
export function jobStateKind(status: string): StateKind {
  switch (status) {
    case 'InProgress':
    case 'Cancelling':
      return 'running';
    case 'Completed':
      return 'ok';
    case 'CompletedWithWarnings':
      return 'warning';
    case 'Failed':
      return 'error';
    default:
      return 'off';
  }
}
