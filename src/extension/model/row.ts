import { t } from '../text';
import { type Failure, failureText } from './failure';
import { rowId } from './ids';
import type { Target } from './target';

/** A codicon and the theme colour it is drawn in. */
export interface RowIcon {
  readonly name: string;
  readonly color?: string;
}

/** A tree row as data. The tree shows it as it is; tests compare it. */
export interface Row {
  /** Unique and stable over refreshes, see {@link rowId}. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  /** Markdown, written when somebody points at the row: most rows never see that. */
  readonly tooltip?: () => string;
  readonly icon?: RowIcon;
  /** Tokens of `contextValue` (UX §5): kinds, capabilities and provider. */
  readonly tokens: readonly string[];
  readonly children: 'none' | 'collapsed' | 'expanded';
  /** What a screen reader says. */
  readonly spoken: string;
  readonly target: Target;
  /** Whether choosing the row opens its panel. */
  readonly opens?: boolean;
}

export const COLORS = {
  busy: 'charts.blue',
  error: 'problemsErrorIcon.foreground',
  warning: 'problemsWarningIcon.foreground',
  passed: 'testing.iconPassed',
  muted: 'disabledForeground',
} as const;

/** A row that only holds other rows. */
export function groupRow(options: {
  key: string;
  group: string;
  label: string;
  count: number;
  expanded: boolean;
}): Row {
  return {
    id: rowId(options.key, 'group', options.group),
    label: options.label,
    description: String(options.count),
    tokens: ['group'],
    children: options.expanded ? 'expanded' : 'collapsed',
    spoken: t('{0}, group, {1} entries', options.label, options.count),
    target: { kind: 'group', group: options.group },
  };
}

/** The row that shows the next page of a list. */
export function moreRow(options: { key: string; of: readonly string[]; words: string; itemId?: string }): Row {
  return {
    id: rowId(options.key, ...options.of, 'more'),
    label: t('Load more…'),
    description: options.words,
    icon: { name: 'ellipsis' },
    tokens: ['more'],
    children: 'none',
    spoken: t('Load more, {0}', options.words),
    target: { kind: 'more', ...(options.itemId === undefined ? {} : { itemId: options.itemId }) },
    opens: true,
  };
}

/** The row that stands for a branch that could not be read. */
export function errorRow(options: { key: string; branch: string; label: string; failure: Failure }): Row {
  const text = failureText(options.failure);
  return {
    id: rowId(options.key, 'error', options.branch),
    label: options.label,
    description: options.failure.message,
    tooltip: () => `${text} [${options.failure.code}]`,
    icon: { name: 'error', color: COLORS.error },
    tokens: ['error', 'can.retry', 'can.copy'],
    children: 'none',
    spoken: t('{0}. {1} Retry is available.', options.label, text),
    target: { kind: 'error', branch: options.branch, text: `${options.label}. ${text} [${options.failure.code}]` },
  };
}
