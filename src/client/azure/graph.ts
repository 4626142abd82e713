import * as z from 'zod';
import { AppError } from '../../domain/errors';
import type { CallOptions } from '../connection';
import { rawCall } from '../rawCall';
import type { Sender } from '../waiting';

const API_VERSION = '2022-10-01';
/** Most rows that the service puts into one answer. */
const PAGE = 1000;
/** Most subscriptions that it takes in one request. */
const SUBSCRIPTIONS_AT_ONCE = 1000;

const pageSchema = z.object({
  data: z.array(z.unknown()),
  resultTruncated: z.union([z.string(), z.boolean()]).nullish(),
  $skipToken: z.string().nullish(),
});

/**
 * All rows of one query of Azure Resource Graph over some subscriptions of one tenant: one POST for each page.
 * @throws AppError with the service's code
 */
export async function queryGraph(
  sender: Sender & { readonly $host: string },
  { query, subscriptionIds }: { readonly query: string; readonly subscriptionIds: readonly string[] },
  options: CallOptions,
): Promise<unknown[]> {
  const rows: unknown[] = [];
  const url = `${sender.$host}/providers/Microsoft.ResourceGraph/resources?api-version=${API_VERSION}`;
  for (let first = 0; first < subscriptionIds.length; first += SUBSCRIPTIONS_AT_ONCE) {
    const subscriptions = subscriptionIds.slice(first, first + SUBSCRIPTIONS_AT_ONCE);
    let $skipToken: string | undefined;
    do {
      const body = {
        subscriptions,
        query,
        options: { resultFormat: 'objectArray', $top: PAGE, ...($skipToken !== undefined && { $skipToken }) },
      };
      const page = await rawCall(sender, pageSchema, { method: 'POST', url, body }, options);
      rows.push(...page.data);
      $skipToken = page.data.length === 0 ? undefined : (page.$skipToken ?? undefined);
      if ($skipToken === undefined && String(page.resultTruncated) === 'true') {
        throw new AppError('GraphTruncated', 'Azure Resource Graph left rows out.');
      }
    } while ($skipToken !== undefined);
  }
  return rows;
}
