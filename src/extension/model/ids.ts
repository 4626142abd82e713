import { idKey, parseId } from '../../protocol/ids';

/** True if two ARM ids name the same resource. */
export function sameId(a: string, b: string): boolean {
  return idKey(a) === idKey(b);
}

/** The element of `list` with this ARM id. */
export function findById<T extends { readonly id: string }>(list: readonly T[] | undefined, id: string): T | undefined {
  const key = idKey(id);
  return list?.find((element) => idKey(element.id) === key);
}

/** Last name in an ARM id: what to call a resource of which nothing else is known. */
export function lastName(id: string): string {
  return parseId(id)?.path.at(-1)?.[1] ?? id.split('/').at(-1) ?? id;
}

/** Id of a tree row: the connection, then lower-cased ids, so that it is stable and unique (UX §5). */
export function rowId(connectionKey: string, ...parts: readonly string[]): string {
  return [connectionKey, ...parts].map(idKey).join('|');
}

/** What an ARM id names below its subscription, comparable with others. */
export function belowSubscription(armId: string): string {
  return idKey(armId).replace(/^\/subscriptions\/[^/]+/, '');
}
