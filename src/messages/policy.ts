import * as z from 'zod/mini';
import type { PolicyGrowth, Prices } from '../domain/storageEstimate';
import type { TimeZoneChoice } from '../domain/timeZones';
import { panelProtocol } from './protocol';
import { policySchema } from './shapes';

/** A policy and the name it will have in its vault. */
export const namedPolicySchema = z.object({ name: z.string(), policy: policySchema });
export type NamedPolicy = z.infer<typeof namedPolicySchema>;

/** Id of the slider over the dates that can be gone back to. */
export const PREVIEW_ID = 'time-machine';

/** {@link TimeZoneChoice} as it crosses to the page. */
const timeZoneChoiceSchema: z.ZodMiniType<TimeZoneChoice> = z.object({
  id: z.string(),
  ianaNames: z.array(z.string()),
  cities: z.array(z.string()),
});

const growthSchema: z.ZodMiniType<PolicyGrowth> = z.object({
  known: z.number(),
  machines: z.number(),
  baseBytes: z.number(),
  bytesPerDay: z.number(),
});

const pricesSchema: z.ZodMiniType<Prices> = z.object({
  perGB: z.optional(z.number()),
  perInstance: z.optional(z.number()),
});

/**
 * Everything the policy editor starts from. `key` of its messages is `{ vaultId }`, and `policyId` with it when a saved
 * policy is edited.
 */
export const policySnapshotSchema = z.object({
  mode: z.enum(['create', 'edit']),
  vaultName: z.string(),
  /** Machines that use the edited policy. */
  usedBy: z.number(),
  /** Names that are taken in the vault, without the edited policy's own. */
  existingNames: z.array(z.string()),
  /** What the form starts with; a draft that the page has kept for the same key wins. */
  draft: namedPolicySchema,
  timeZones: z.array(timeZoneChoiceSchema),
  /** How the machines that use the edited policy grow; absent where that is not known. */
  growth: z.optional(growthSchema),
  /** What the person pays, if they said so. */
  prices: z.optional(pricesSchema),
  now: z.number(),
});
export type PolicySnapshot = z.infer<typeof policySnapshotSchema>;

/** A broken rule, as the domain's `policyProblems` tells it. `target` names the field, for example `retention.daily`. */
export const policyProblemSchema = z.object({ code: z.string(), target: z.string(), message: z.string() });
export type PolicyProblem = z.infer<typeof policyProblemSchema>;

/** How much a person agreed to lose: points, and machines that could not be counted. */
const agreedImpactSchema = z.object({ removed: z.number(), uncounted: z.number() });
export type AgreedImpact = z.infer<typeof agreedImpactSchema>;

/** What saving a policy deletes now: points in all, and each machine that loses some. Times are ms UTC. */
export const policyImpactSchema = z.object({
  removed: z.number(),
  /** Machines that use the policy and whose points could not be read; they may lose some too. */
  uncounted: z.number(),
  machines: z.array(
    z.object({
      name: z.string(),
      removed: z.number(),
      points: z.number(),
      oldest: z.optional(z.number()),
      newOldest: z.optional(z.number()),
    }),
  ),
});
export type PolicyImpact = z.infer<typeof policyImpactSchema>;

/**
 * What the policy page asks for. `preview` counts what saving deletes; `save` carries what the person has
 * agreed to, and is answered with the impact instead if it is another one by now. After `saved` and after `cancel` the
 * host closes the panel.
 */
export const policyRequestSchema = z.discriminatedUnion('action', [
  z.object({ action: z.literal('preview'), draft: namedPolicySchema }),
  z.object({ action: z.literal('save'), draft: namedPolicySchema, agreed: agreedImpactSchema }),
  z.object({ action: z.literal('cancel') }),
]);
export type PolicyRequest = z.infer<typeof policyRequestSchema>;

/** Answer to a request: done, what saving deletes, or the rules that the host or the service found broken. */
export const policyResultSchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('done') }),
  z.object({ outcome: z.literal('impact'), impact: policyImpactSchema }),
  z.object({ outcome: z.literal('problems'), problems: z.array(policyProblemSchema).check(z.minLength(1)) }),
]);
export type PolicyResult = z.infer<typeof policyResultSchema>;

export const policyProtocol = panelProtocol({
  snapshot: policySnapshotSchema,
  request: policyRequestSchema,
  result: policyResultSchema,
});
