import { setTimeout as timer } from 'node:timers/promises';

/** Waits so many ms; ends with an `AbortError` as soon as `signal` fires. Injected where tests move time. */
export type Delay = (ms: number, signal?: AbortSignal) => Promise<void>;

export const realDelay: Delay = async (ms, signal) => timer(ms, undefined, { signal });
