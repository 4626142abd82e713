import { formatOf, isIdentity } from './formats';
import type { Identities } from './identities';
import { isMembers, type Members, textOf } from './json';
import { leniency } from './rules';
import { isLeftOut } from './scope';

export interface Difference {
  /** Path of the member, `status`, or the name of a header. */
  readonly path: string;
  readonly what: string;
}

export interface Context {
  readonly identities: Identities;
  readonly apiVersion: string;
  /** What the answer is about when its body does not say so: the last word of the request's path. */
  readonly subject: string;
  /**
   * For what others made: names may be any. `shape`: of a kind whose members never vary, so they are compared; `common`:
   * of one whose members depend on a history that the recording does not tell, so only types of what both have.
   */
  readonly others?: 'shape' | 'common';
  /** True for an element of a list that no request of the recording is about. */
  readonly isForeign?: (element: unknown) => boolean;
  /** The recorded list is a part of a longer one. */
  readonly trimmed?: boolean;
  /** An example: what it shows must be there, and more may be; elements of lists stand for their shapes. */
  readonly partial?: boolean;
}

/** Where the comparison is: a resource and the path below it. */
interface Place {
  readonly kind: string;
  readonly below: string;
  readonly path: string;
}

/** Compares an answer's body with the recorded one: members, types, enumerations, formats. */
export function compareBodies(recorded: unknown, actual: unknown, context: Context): Difference[] {
  const differences: Difference[] = [];
  const kind = isMembers(recorded) && 'error' in recorded ? 'error' : context.subject;
  compare(recorded ?? null, actual ?? null, { kind, below: '', path: '' }, context, differences);
  return differences;
}

function compare(recorded: unknown, actual: unknown, place: Place, context: Context, out: Difference[]): void {
  const { anyType, anyValue } = leniency(place.kind, place.below, context.apiVersion, recorded);
  const types = [typeName(recorded), typeName(actual)] as const;
  if (types[0] !== types[1]) {
    if (context.partial && types[0] === 'null') return; // tells no type
    if (!anyType && !(context.others === 'common' && types.includes('null')))
      out.push({ path: place.path, what: `expected ${show(recorded, types[0])}, got ${show(actual, types[1])}` });
    return;
  }
  if (Array.isArray(recorded) && Array.isArray(actual)) compareArrays(recorded, actual, place, context, out);
  else if (isMembers(recorded) && isMembers(actual)) compareMembers(recorded, actual, place, context, out);
  else if (!anyValue) compareValues(recorded, actual, place, context, out);
}

function compareMembers(recorded: Members, actual: Members, outer: Place, context: Context, out: Difference[]): void {
  const kind = kindOf(recorded);
  const place = kind === undefined ? outer : { ...outer, kind, below: '' };
  const translated = new Map(
    Object.keys(recorded).map((key) => [context.identities.translate(key).toLowerCase(), key] as const),
  );
  const actualKeys = new Map(Object.keys(actual).map((key) => [key.toLowerCase(), key] as const));
  for (const [lower, key] of translated) {
    const at = below(place, key);
    const actualKey = actualKeys.get(lower);
    if (actualKey !== undefined) compare(recorded[key], actual[actualKey], at, context, out);
    else if (context.partial && (isNothing(recorded[key]) || key === 'nextLink')) continue;
    else if (context.others !== 'common' && !leniency(at.kind, at.below, context.apiVersion).mayBeMissing) {
      out.push({ path: at.path, what: `missing: expected ${show(recorded[key], typeName(recorded[key]))}` });
    }
  }
  for (const [lower, key] of actualKeys) {
    if (translated.has(lower) || context.others === 'common' || context.partial) continue;
    const at = below(place, key);
    const { mayBeExtra, mayBeEmpty } = leniency(at.kind, at.below, context.apiVersion);
    if (mayBeExtra || (mayBeEmpty && isEmpty(actual[key]))) continue;
    out.push({ path: at.path, what: `not in the recording: got ${show(actual[key], typeName(actual[key]))}` });
  }
}

function compareArrays(
  recorded: readonly unknown[],
  actual: readonly unknown[],
  place: Place,
  context: Context,
  out: Difference[],
): void {
  const inside = { ...place, below: `${place.below}[]` };
  if (context.partial) return compareShapes(recorded, actual, inside, context, out);
  if (!recorded.concat(actual).some(isResource)) {
    if (recorded.length !== actual.length) {
      if (context.others === 'common') return;
      out.push({ path: place.path, what: `expected ${recorded.length} elements, got ${actual.length}` });
      return;
    }
    recorded.forEach((element, i) =>
      compare(element, actual[i], { ...inside, path: `${place.path}[${i}]` }, context, out),
    );
    return;
  }
  compareResources(recorded, actual, inside, context, out);
}

/** Each element with the one that it fits best. */
function compareShapes(
  recorded: readonly unknown[],
  actual: readonly unknown[],
  place: Place,
  context: Context,
  out: Difference[],
): void {
  for (const [i, element] of recorded.entries()) {
    const at = { ...place, path: `${place.path}[${i}]` };
    const attempts = actual.map((candidate) => {
      const found: Difference[] = [];
      compare(element, candidate, at, context, found);
      return found;
    });
    const [best] = attempts.toSorted((a, b) => a.length - b.length);
    out.push(...(best ?? [{ path: at.path, what: 'missing element' }]));
  }
}

/** Lists of resources: by name, then what is left in order, then the shapes of what others made. */
function compareResources(
  recorded: readonly unknown[],
  actual: readonly unknown[],
  place: Place,
  context: Context,
  out: Difference[],
): void {
  const { identities, isForeign = () => false } = context;
  const left = new Set(actual);
  const waiting: unknown[] = [];
  const foreign: unknown[] = [];
  const compareElement = (element: unknown, found: unknown, with_: Context = context) => {
    compare(element, found, { ...place, path: `${place.path}[${nameOf(element)}]` }, with_, out);
  };
  for (const element of recorded) {
    const name = identities.translate(idOf(element)).toLowerCase();
    const found = [...left].find((candidate) => decodeURIComponent(idOf(candidate)).toLowerCase() === name);
    if (found !== undefined) left.delete(found);
    if (isForeign(element)) foreign.push(element);
    else if (found !== undefined) compareElement(element, found);
    else waiting.push(element);
  }
  for (const element of waiting) {
    const found = isIdentity(nameOf(element))
      ? [...left].find((candidate) => looksLike(element, candidate))
      : undefined;
    if (found === undefined) {
      out.push({ path: `${place.path}[${nameOf(element)}]`, what: 'missing element' });
      continue;
    }
    left.delete(found);
    compareElement(element, found);
  }
  if (!context.trimmed) {
    const extra = [...left].filter((element) => !isForeign(element));
    for (const element of extra) {
      out.push({ path: `${place.path}[${nameOf(element)}]`, what: 'element that is not in the recording' });
    }
  }
  for (const element of foreign) {
    const like = actual.find((candidate) => looksLike(element, candidate));
    if (like === undefined) continue;
    compareElement(element, like, { ...context, others: UNIFORM.has(kindOf(element) ?? '') ? 'shape' : 'common' });
  }
}

function compareValues(recorded: unknown, actual: unknown, place: Place, context: Context, out: Difference[]): void {
  if (typeof recorded === 'number') return; // its type is compared: sizes, counts and percentages are the machine's own
  if (typeof recorded !== 'string' || typeof actual !== 'string') {
    if (recorded !== actual && !context.others)
      out.push({ path: place.path, what: `expected ${String(recorded)}, got ${String(actual)}` });
    return;
  }
  if (context.partial && MOMENT.test(recorded) && MOMENT.test(actual)) return;
  const format = formatOf(recorded);
  const same =
    format === undefined || format === 'no time'
      ? context.others || context.identities.match(recorded, actual)
      : format === formatOf(actual) &&
        (!['guid', 'decimal', 'operation token', 'resource id'].includes(format) ||
          context.others ||
          context.identities.match(recorded, actual));
  if (!same)
    out.push({
      path: place.path,
      what: `expected ${show(recorded, 'string')}${format ? ` (${format})` : ''}, got ${show(actual, 'string')}`,
    });
}

/** Examples write moments in either way, the service in one. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(Z|[+-]00:00)$/;

/** Resources that have all their members in every answer. */
const UNIFORM = new Set(['protectableItems', 'protectionContainers']);

/** Discriminators by which unnamed elements of a list are told apart. */
const MARKS = ['operation', 'status', 'protectionState', 'objectType', 'backupManagementType', 'virtualMachineVersion'];

function looksLike(recorded: unknown, actual: unknown): boolean {
  if (!isMembers(recorded) || !isMembers(actual) || kindOf(recorded) !== kindOf(actual)) return false;
  const [a, b] = [recorded.properties, actual.properties];
  if (!isMembers(a) || !isMembers(b)) return true;
  return MARKS.every((mark) => a[mark] === b[mark]);
}

function isResource(value: unknown): boolean {
  return isMembers(value) && typeof value.id === 'string';
}

/** Last word of a resource's type; `operation` for the state of an operation. */
export function kindOf(value: unknown): string | undefined {
  if (!isMembers(value)) return undefined;
  if (typeof value.type === 'string' && /^microsoft\.\w+\//i.test(value.type)) return value.type.split('/').at(-1);
  if (typeof value.id === 'string' && 'status' in value && !('properties' in value && 'type' in value))
    return 'operation';
  return undefined;
}

/** What an example shows of resources that are out of scope, or not at all. */
function isNothing(value: unknown): boolean {
  if (!Array.isArray(value)) return value === null;
  return value.length > 0 && value.every((element) => isResource(element) && isLeftOut(idOf(element)));
}

function isEmpty(value: unknown): boolean {
  return isMembers(value) && Object.keys(value).length === 0;
}

function idOf(value: unknown): string {
  return textOf(value, 'id');
}

function nameOf(value: unknown): string {
  return textOf(value, 'name') || idOf(value);
}

function below(place: Place, key: string): Place {
  return {
    kind: place.kind,
    below: place.below === '' ? key : `${place.below}.${key}`,
    path: place.path === '' ? key : `${place.path}.${key}`,
  };
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function show(value: unknown, type: string): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return type === 'object' || type === 'array' ? `${type} ${text.slice(0, 120)}` : text.slice(0, 160);
}
