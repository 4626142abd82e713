import type { Choices } from './choices';

/** Values of JSON that no description of a body allows at most places. */
const ODD_VALUES = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER,
  '',
  ' ',
  '0',
  '2024-13-45T99:99:99Z',
  '-271821-04-20T00:00:00Z',
  '+275760-09-13T00:00:00.000Z',
  'null',
  'é\u0301\u202E\u0000\uFEFF',
  '\uD800',
  '💾'.repeat(40),
  "' OR 1=1 --",
  '../../../etc',
  '%00%zz',
  '__proto__',
  'x'.repeat(100_000),
  [],
  [[[[[]]]]],
  {},
  { constructor: { prototype: 1 } },
] as const;

/** Names and values of parts of a path or of a query, as they are sent. */
const ODD_PARTS = [
  '',
  '%',
  '%zz',
  '%00',
  '%2e%2e',
  '..',
  '%2F',
  '%25',
  '%E0%A4%A',
  '%F0%9F%92%BE',
  '%C3%A9',
  'a%20b',
  'a+b',
  ';;;',
  '%3B%3B',
  "'",
  '*',
  'null',
  'toString',
  '__proto__',
  'x'.repeat(300),
  'y'.repeat(3000),
] as const;

export function oddValue(choices: Choices): unknown {
  return ODD_VALUES[choices.below(ODD_VALUES.length)];
}

export function oddPart(choices: Choices): string {
  return ODD_PARTS[choices.below(ODD_PARTS.length)] ?? '';
}

/** A copy of a body in which one member is missing, or of another type, or in which there is one more. */
export function mutated(value: unknown, choices: Choices): unknown {
  if (typeof value !== 'object' || value === null || choices.chance(0.1)) return oddValue(choices);
  if (Array.isArray(value)) {
    const items: unknown[] = [...value];
    if (items.length === 0 || choices.chance(0.3)) return [...items, oddValue(choices)];
    const at = choices.below(items.length);
    return items.with(at, mutated(items[at], choices));
  }
  const members = Object.entries(value);
  if (members.length === 0 || choices.chance(0.1)) return { ...value, [oddPart(choices)]: oddValue(choices) };
  const at = choices.below(members.length);
  if (choices.chance(0.3)) return Object.fromEntries(members.filter((_, i) => i !== at));
  return Object.fromEntries(members.map(([name, member], i) => [name, i === at ? mutated(member, choices) : member]));
}

/** A text of JSON that is broken. */
export function brokenText(text: string, choices: Choices): string {
  const at = choices.below(text.length + 1);
  return choices.chance(0.5)
    ? text.slice(0, at)
    : `${text.slice(0, at)}${choices.of(['{', '"', '\u0000', ',,'])}${text.slice(at)}`;
}
