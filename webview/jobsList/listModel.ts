import * as z from 'zod/mini';
import { type JobsFilter, type JobsSort, jobsFilterSchema, jobsSortSchema } from '../../src/messages/jobsList';

/** What the page keeps over a reload: how the list is narrowed and sorted. */
export const keptListSchema = z.object({ filter: jobsFilterSchema, sort: jobsSortSchema });

export const NEWEST_FIRST: JobsSort = { column: 'started', descending: true };

/** A filter with one part changed; an empty value lets everything through again. */
export function narrowed<Name extends keyof JobsFilter>(
  filter: JobsFilter,
  name: Name,
  value: JobsFilter[Name] | '',
): JobsFilter {
  const { [name]: _before, ...others } = filter;
  return value === '' || value === undefined ? others : { ...others, [name]: value };
}

export function isNarrowed(filter: JobsFilter): boolean {
  return Object.keys(filter).length > 0;
}

/** The rows to ask for around those that are in sight: whole blocks, so that scrolling a little asks for nothing. */
export function blockAround(wanted: { from: number; count: number }, block: number): { from: number; count: number } {
  const from = Math.floor(wanted.from / block) * block;
  const end = Math.ceil((wanted.from + wanted.count) / block) * block;
  return { from, count: Math.max(block, end - from) };
}
