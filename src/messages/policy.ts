import * as z from 'zod/mini';
import type { TimeZoneChoice } from '../domain/timeZones';
import { panelProtocol } from './protocol';
import { policySchema } from './shapes';

/** A policy and the name it will have in its vault. */
export const namedPolicySchema = z.object({ name: z.string(), policy: policySchema });
export type NamedPolicy = z.infer<typeof namedPolicySchema>;

/** {@link TimeZoneChoice} as it crosses to the page. */
const timeZoneChoiceSchema: z.ZodMiniType<TimeZoneChoice> = z.object({
  id: z.string(),
  ianaNames: z.array(z.string()),
  cities: z.array(z.string()),
});

/** Everything the policy editor starts from. `key` of its messages is `{ vaultId }`. */
export const policySnapshotSchema = z.object({
  mode: z.literal('create'),
  vaultName: z.string(),
  /** Names that are taken in the vault. */
  existingNames: z.array(z.string()),
  /** What the form starts with; a draft that the page has kept for the same key wins. */
  draft: namedPolicySchema,
  timeZones: z.array(timeZoneChoiceSchema),
  now: z.number(),
});
export type PolicySnapshot = z.infer<typeof policySnapshotSchema>;

/** A broken rule, as the domain's `policyProblems` tells it. `target` names the field, for example `retention.daily`. */
export const policyProblemSchema = z.object({ code: z.string(), target: z.string(), message: z.string() });
export type PolicyProblem = z.infer<typeof policyProblemSchema>;

/** What the policy page asks for. After `saved` and after `cancel` the host closes the panel. */
export const policyRequestSchema = z.discriminatedUnion('action', [
  z.object({ action: z.literal('save'), draft: namedPolicySchema }),
  z.object({ action: z.literal('cancel') }),
]);
export type PolicyRequest = z.infer<typeof policyRequestSchema>;

/** Answer to a request: done, or the rules that the host or the service found broken. */
export const policyResultSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('done') }),
  z.object({ outcome: z.literal('problems'), problems: z.array(policyProblemSchema).check(z.minLength(1)) }),
]);
export type PolicyResult = z.infer<typeof policyResultSchema>;

export const policyProtocol = panelProtocol({
  snapshot: policySnapshotSchema,
  request: policyRequestSchema,
  result: policyResultSchema,
});
