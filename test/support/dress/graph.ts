import * as z from 'zod';
import type { DressSubscription } from './cloud';
import { answerOf, type DressAnswer, type DressRequest, refusal } from './exchange';
import { GRAPH_QUERIES } from './graphQueries';
import { graphRows } from './graphRows';

export const GRAPH_PATH = '/providers/Microsoft.ResourceGraph/resources';
/** Rows of one answer, at most. */
const MOST_ROWS = 1000;

const requestBody = z.object({
  query: z.string(),
  subscriptions: z.array(z.string()).optional(),
  options: z
    .object({
      $skipToken: z.string().optional(),
      $top: z.number().int().min(1).max(MOST_ROWS).optional(),
      resultFormat: z.literal('objectArray').optional(),
    })
    .loose()
    .optional(),
});

/**
 * Azure Resource Graph as far as the product asks it: the rows of its fixed queries, from the engines behind the dress, in
 * pages. Any other query is refused, as the real one refuses a text that it cannot read.
 */
export class Graph {
  /** Rows of one answer, unless the caller asks for fewer. */
  pageSize = MOST_ROWS;

  /** @param own the subscriptions that the caller's token reaches */
  async answer({ method, body }: DressRequest, own: readonly DressSubscription[]): Promise<DressAnswer> {
    const asked = requestBody.safeParse(JSON.parse(body ?? 'null'));
    if (method !== 'POST' || !asked.success) return badRequest('The request is not one of Resource Graph.');
    const { query, subscriptions, options = {} } = asked.data;
    const kind = (Object.keys(GRAPH_QUERIES) as (keyof typeof GRAPH_QUERIES)[]).find(
      (name) => GRAPH_QUERIES[name] === query,
    );
    if (kind === undefined) return badRequest(`Query is invalid: ${query}`);
    const wanted = own.filter(({ id }) => subscriptions === undefined || subscriptions.includes(id));
    const rows = await graphRows(kind, wanted);
    const first = Number(options.$skipToken ?? 0);
    const page = rows.slice(first, first + Math.min(options.$top ?? MOST_ROWS, this.pageSize));
    const next = first + page.length;
    return answerOf(200, {
      totalRecords: rows.length,
      count: page.length,
      data: page,
      facets: [],
      resultTruncated: 'false',
      ...(next < rows.length && { $skipToken: String(next) }),
    });
  }
}

function badRequest(message: string): DressAnswer {
  return refusal(400, { code: 'BadRequest', message });
}
