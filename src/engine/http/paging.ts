import { AppError } from '../../domain/errors';
import type { ArmRequest } from './operation';

/** Page size of Azure's backup lists (SPEC §0). */
const PAGE_SIZE = 200;

export interface Page<T> {
  readonly value: T[];
  readonly nextLink?: string;
}

/**
 * One page of a list with the link to the next, which clients follow as it stands. `$skipToken` is the offset; `$top`
 * makes smaller pages.
 * @throws AppError `InvalidRequestContent` for a token that this engine never gave
 */
export function pageOf<T, W>(request: ArmRequest, all: readonly T[], present: (row: T) => W): Page<W> {
  const offset = numberOf(request, '$skipToken', 0);
  const size = Math.max(1, Math.min(PAGE_SIZE, numberOf(request, '$top', PAGE_SIZE)));
  const value = all.slice(offset, offset + size).map(present);
  if (offset + size >= all.length) return { value };
  const url = new URL(request.url, request.origin);
  const old = Array.from(url.searchParams.keys()).filter((key) => key.toLowerCase() === '$skiptoken');
  for (const key of old) url.searchParams.delete(key);
  url.searchParams.set('$skipToken', String(offset + size));
  return { value, nextLink: `${request.origin}${url.pathname}${url.search.replaceAll('%24', '$')}` };
}

/** Value of a query parameter, whatever the case of its name. */
export function queryOf(request: ArmRequest, name: string): string | undefined {
  const key = Object.keys(request.query).find((k) => k.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : request.query[key];
}

function numberOf(request: ArmRequest, name: string, fallback: number): number {
  const text = queryOf(request, name);
  if (text === undefined) return fallback;
  if (!/^\d{1,9}$/.test(text)) throw new AppError('InvalidRequestContent', `The value of ${name} is not valid.`);
  return Number(text);
}
