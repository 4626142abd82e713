import { t } from '../text';
import type { StepPrompts, StepResult } from './wizard';

export interface SummaryRow<S> {
  readonly label: string;
  readonly value: string;
  /** What is risky about the value, in one sentence. */
  readonly warning?: string | undefined;
  /** The step that choosing the row goes back to, or the state that choosing it leads to. */
  readonly change?: { readonly step: string } | { readonly state: S };
}

export interface Summary<S> {
  readonly placeholder: string;
  /** The action that ends the wizard. */
  readonly action: string;
  readonly actionDetail?: string;
  readonly rows: readonly SummaryRow<S>[];
  /** What else can be done with the answers; the summary stays. */
  readonly extras?: readonly { readonly label: string; readonly run: () => Promise<void> }[];
}

/** The name of every wizard's last step. */
export const SUMMARY = 'summary';

type Chosen<S> = SummaryRow<S> | 'go' | { readonly run: () => Promise<void> };

/** The last step of a wizard: what will happen, each row to be changed by choosing it, and the action on top. */
export async function askSummary<S>(ui: StepPrompts, state: S, summary: Summary<S>): Promise<StepResult<S>> {
  const rows = summary.rows.map((row) => ({
    value: row as Chosen<S>,
    label: t('{0}: {1}', row.label, row.value),
    ...(row.warning === undefined ? {} : { detail: `$(warning) ${row.warning}` }),
    section: t('Choose a line to change it'),
  }));
  const go = {
    value: 'go' as const,
    label: `$(check) ${summary.action}`,
    ...(summary.actionDetail === undefined ? {} : { detail: summary.actionDetail }),
  };
  const extras = (summary.extras ?? []).map((extra) => ({ value: extra as Chosen<S>, label: extra.label }));
  const answer = await ui.pick<Chosen<S>>({ placeholder: summary.placeholder, items: [go, ...extras, ...rows] });
  if (answer.kind === 'back') return answer;
  if (answer.value === 'go') return { kind: 'next', state };
  if ('run' in answer.value) {
    await answer.value.run();
    return { kind: 'goTo', step: SUMMARY, state };
  }
  const { change } = answer.value;
  if (change && 'step' in change) return { kind: 'goTo', step: change.step, state };
  return { kind: 'goTo', step: SUMMARY, state: change?.state ?? state };
}
