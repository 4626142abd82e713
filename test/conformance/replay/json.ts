/** Answers are looked at without knowing their shapes: these never throw. */
export type Members = Readonly<Record<string, unknown>>;

/** The members of an object; none for anything else. */
export function membersOf(value: unknown): Members {
  return isMembers(value) ? value : {};
}

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member that is a text, or an empty one. */
export function textOf(value: unknown, name: string): string {
  const member = membersOf(value)[name];
  return typeof member === 'string' ? member : '';
}

/** The elements of a list's page; none for anything else. */
export function listOf(body: unknown): Members[] {
  const { value } = membersOf(body);
  return Array.isArray(value) ? value.map(membersOf) : [];
}

/** Every text in a value, names of members too. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [key, ...textsIn(member)]);
}
