import { setTimeout as delay } from 'node:timers/promises';

/**
 * Polls until `condition` gives something truthy.
 * @returns what it gave
 * @throws Error naming `what` when the deadline passes; the last error of the condition is its cause
 */
export async function waitFor<T>(
  what: string,
  condition: () => T | Promise<T>,
  { withinMs = 60_000, everyMs = 10 } = {},
): Promise<NonNullable<T>> {
  let cause: unknown;
  for (const end = performance.now() + withinMs; performance.now() < end; await delay(everyMs)) {
    try {
      const value = await condition();
      if (value) return value;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
  }
  throw new Error(`Waited ${withinMs} ms in vain for: ${what}`, { cause });
}
