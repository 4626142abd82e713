import { t } from '../text';

/** Keys that a filter may compare; each view knows those of its rows. */
export const FILTER_KEYS = [
  'state',
  'vault',
  'provider',
  'rg',
  'tag',
  'policy',
  'machine',
  'operation',
  'not',
] as const;
export type FilterKey = Exclude<(typeof FILTER_KEYS)[number], 'not'>;

/** One condition of a filter: a word to be found anywhere, or a value under a key. */
interface Condition {
  readonly key?: FilterKey;
  /** Lower case. */
  readonly value: string;
  readonly not: boolean;
}

export type Filter = readonly Condition[];

/** What a row lets itself be found by. */
export interface Findable {
  /** What words are looked for in; only asked for where the filter has words. */
  text(): string;
  /** Lower-case values under a key. A state is found by its beginning, everything else by any part. */
  values(key: FilterKey): readonly string[];
}

/** Words and quoted phrases, perhaps behind keys: `state:failed vault:"home vault" not:sample web`. */
const TOKEN = /(?:[^\s"]|"[^"]*"?)+/g;

/** Reads a filter (UX §20). Every text is one: what is no known key is a word. */
export function parseFilter(text: string): Filter {
  return Array.from(text.matchAll(TOKEN), ([token]) => condition(token, false)).filter(({ value }) => value !== '');
}

/** True if a row fulfils every condition. */
export function matches(filter: Filter, row: Findable): boolean {
  return filter.every((one) => holds(one, row) !== one.not);
}

/** What is wrong with a filter that somebody types, in one sentence. */
export function filterProblem(text: string, known: readonly string[]): string | undefined {
  const unknown = Array.from(text.matchAll(TOKEN), ([token]) => /^(?:not:)?([a-z]+):/i.exec(token)?.[1]?.toLowerCase());
  const wrong = unknown.find((key) => key !== undefined && key !== 'not' && !known.includes(key));
  const keys = known.map((key) => `${key}:`).join(' ');
  return wrong === undefined ? undefined : t('"{0}:" is not known here. Use words, or {1} not:', wrong, keys);
}

function condition(token: string, not: boolean): Condition {
  const [, name = '', rest = ''] = /^([a-z]+):(.*)$/is.exec(token) ?? [];
  const key = FILTER_KEYS.find((known) => known === name.toLowerCase());
  if (key === 'not') return condition(rest, !not);
  const value = (key === undefined ? token : rest).replaceAll('"', '').toLowerCase();
  return key === undefined ? { value, not } : { key, value, not };
}

function holds({ key, value }: Condition, row: Findable): boolean {
  if (key === undefined) return row.text().toLowerCase().includes(value);
  return row
    .values(key)
    .some((candidate) => (key === 'state' ? candidate.startsWith(value) : candidate.includes(value)));
}
