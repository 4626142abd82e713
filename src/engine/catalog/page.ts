import { AppError } from '../../domain/errors';

/** Which rows of a list are wanted: `size` of them, from the start or from where a page before ended. */
export interface PageRequest {
  readonly size: number;
  /** `next` of the page before. */
  readonly token?: string;
}

/** Some rows of a list, and the token of the page that follows, if one does. */
export interface Page<T> {
  readonly rows: readonly T[];
  readonly next?: string;
}

/** What a list is ordered by: the last row's values are where the next page goes on, whatever was added meanwhile. */
export type Position = readonly (number | string)[];

/** The opaque form of a position. */
export function tokenOf(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/**
 * The position in a token, whose values have the types of `like`.
 * @throws AppError `InvalidRequestContent` for a token that this list never gave
 */
export function positionIn(token: string, like: Position): Position {
  const values = parse(token);
  if (!values || values.length !== like.length || values.some((value, i) => typeof value !== typeof like[i])) {
    throw new AppError('InvalidRequestContent', 'The value of $skipToken is not valid.');
  }
  return values;
}

/** Makes a page of rows read with one more than wanted, which tells that there is another page. */
export function pageFrom<R, T>(
  rows: readonly R[],
  size: number,
  { read, position }: { read: (row: R) => T; position: (row: R) => Position },
): Page<T> {
  const last = rows[size - 1];
  return {
    rows: rows.slice(0, size).map(read),
    ...(rows.length > size && last !== undefined && { next: tokenOf(position(last)) }),
  };
}

function parse(token: string): Position | undefined {
  try {
    const values: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (!Array.isArray(values) || tokenOf(values) !== token) return undefined;
    return values;
  } catch {
    return undefined; // not JSON
  }
}
