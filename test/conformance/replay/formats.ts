/** The forms of text that answers are made of. What has none of them is an enumeration, a name or a sentence: equal or wrong. */
const FORMATS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['no time', /^(0001-01-01T00:00:00|2001-01-01T00:00:00Z)$/],
  ['date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z$/],
  ['date-time with offset', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?[+-]\d\d:\d\d$/],
  ['date-time without zone', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?$/],
  ['US date and time', /^\d{1,2}\/\d{1,2}\/\d{4} \d{1,2}:\d\d:\d\d [AP]M$/],
  ['duration', /^P(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/],
  ['TimeSpan', /^(\d+\.)?\d\d:\d\d:\d\d(\.\d{7})?$/],
  ['etag', /^W\/"datetime'\d{4}-\d\d-\d\dT\d\d%3A\d\d%3A\d\d(\.\d{1,7})?Z'"$/],
  ['guid', /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i],
  ['decimal', /^\d{5,}$/],
  ['size', /^\d+(\.\d+)? [KMGT]?Bs?$/],
  ['progress', /^\d+(\.\d+)? [KMGT]?Bs? \/ \d+(\.\d+)? [KMGT]?Bs? Transferred$/],
  ['resource id', /^(https:\/\/management\.azure\.com)?\/subscriptions\//i],
];

/** The form of a text, or undefined for one that stands for itself. */
export function formatOf(text: string): string | undefined {
  const known = FORMATS.find(([, pattern]) => pattern.test(text))?.[0];
  return known ?? (isOperationToken(text) ? 'operation token' : undefined);
}

/** The forms that name something: the engine chooses other values, which are the same ones each time they come again. */
const IDENTITIES = new Set(['guid', 'decimal', 'operation token']);

export function isIdentity(text: string): boolean {
  const format = formatOf(text);
  return format !== undefined && IDENTITIES.has(format);
}

/** Base64 of `number;guid`, by which vault operations are known. */
function isOperationToken(text: string): boolean {
  if (text.length < 40 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return false;
  return /^\d+;[0-9a-f-]{36}$/i.test(Buffer.from(text, 'base64').toString());
}
