import * as z from 'zod/mini';
import { acceptedSchema, panelProtocol } from './protocol';

/** A calendar date without a time zone: `2027-03-01`. */
const date = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/));

/** What the calendar of **Back up now** starts from. `key` of its messages is `{ items }`: the item ids as JSON. */
export const keepUntilSnapshotSchema = z.object({
  /** Names of the machines that will be backed up. */
  machines: z.array(z.string()).check(z.minLength(1)),
  today: date,
  /** The days that may be chosen, both included. */
  earliest: date,
  latest: date,
  /** What is chosen at first: the usual time to keep a point. */
  suggested: date,
});
export type KeepUntilSnapshot = z.infer<typeof keepUntilSnapshotSchema>;

/** After each answer the host closes the panel; a refusal leaves it open. */
export const keepUntilRequestSchema = z.discriminatedUnion('action', [
  z.object({ action: z.literal('backUp'), date }),
  z.object({ action: z.literal('cancel') }),
]);
export type KeepUntilRequest = z.infer<typeof keepUntilRequestSchema>;

export const keepUntilProtocol = panelProtocol({
  snapshot: keepUntilSnapshotSchema,
  request: keepUntilRequestSchema,
  result: acceptedSchema,
});
