import { AppError } from '../../domain/errors';
import type { Page, PageRequest } from '../catalog/page';
import type { ArmRequest } from './operation';

/** Page size of Azure's backup lists (SPEC §0). */
const PAGE_SIZE = 200;

/**
 * One page of a list with the link to the next, which clients follow as it stands. `$skipToken` is what the catalog gave
 * with the page before; `$top` makes smaller pages.
 * @throws AppError `InvalidRequestContent` for a token that this list never gave, or a `$top` that is no number
 */
export function pageOf<T, W>(
  request: ArmRequest,
  read: (page: PageRequest) => Page<T>,
  present: (row: T) => W,
): { value: W[]; nextLink?: string } {
  const size = Math.max(1, Math.min(PAGE_SIZE, numberOf(request, '$top', PAGE_SIZE)));
  const { rows, next } = read({ size, token: queryOf(request, '$skipToken') });
  return { value: rows.map(present), ...(next !== undefined && { nextLink: linkWithToken(request, next) }) };
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

function linkWithToken(request: ArmRequest, token: string): string {
  const [path, ...query] = request.url.split('?');
  const search = new URLSearchParams(query.join('?'));
  const old = Array.from(search.keys()).filter((key) => key.toLowerCase() === '$skiptoken');
  for (const key of old) search.delete(key);
  search.set('$skipToken', token);
  return `${request.origin}${path}?${search.toString().replaceAll('%24', '$')}`;
}
