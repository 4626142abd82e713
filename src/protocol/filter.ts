/**
 * Reads the subset of OData that backup clients send: `key eq 'value' and key eq 'value'` (SPEC §1.12).
 * Keys are lower-cased, `''` in a value is one quote.
 * @returns the conditions, or `undefined` if the text has another form
 */
export function parseFilter(text: string | undefined): ReadonlyMap<string, string> | undefined {
  const conditions = new Map<string, string>();
  if (text === undefined || text.trim() === '') return conditions;
  const condition = /\s*([A-Za-z/]+)\s+eq\s+(?:'((?:[^']|'')*)'|(true|false|\d+))\s*(and\s+(?=\S)|$)/iy;
  while (condition.lastIndex < text.length) {
    const match = condition.exec(text);
    if (!match?.[1]) return undefined;
    conditions.set(match[1].toLowerCase(), (match[2] ?? match[3] ?? '').replaceAll("''", "'"));
  }
  return conditions;
}

/** Writes a filter that {@link parseFilter} reads; conditions without a value are left out. */
export function formatFilter(conditions: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(conditions)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([key, value]) => `${key} eq '${value.replaceAll("'", "''")}'`)
    .join(' and ');
}
