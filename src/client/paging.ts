import { asAppErrors } from './armErrors';
import type { CallOptions } from './connection';

/** All rows of a list, of every page. @throws AppError with the service's code */
export async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  return asAppErrors(async () => {
    const all: T[] = [];
    for await (const one of pages) all.push(one);
    return all;
  });
}

/** What the SDKs call the signal that a call ends by. */
export function abortable({ signal }: CallOptions): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}
