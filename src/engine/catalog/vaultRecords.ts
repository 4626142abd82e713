import * as z from 'zod';
import {
  CROSS_SUBSCRIPTION_STATES,
  IMMUTABILITY_STATES,
  SOFT_DELETE_DAYS,
  SOFT_DELETE_STATES,
} from '../../domain/vaultRules';

/** Settings of a vault that came after the first version: each has a default, so that older catalogs open. */

const onOff = z.enum(['Enabled', 'Disabled']);

const identity = z.object({
  type: z.enum(['None', 'SystemAssigned', 'UserAssigned', 'SystemAssigned, UserAssigned']),
  /** Of the system-assigned identity, while there is one. */
  principalId: z.string().optional(),
  /** By their ARM ids, as given. */
  userAssigned: z.record(z.string(), z.object({ clientId: z.string(), principalId: z.string() })),
});

const monitoring = z.object({
  azureMonitorAlertSettings: z.record(z.string(), onOff).optional(),
  classicAlertSettings: z.record(z.string(), onOff).optional(),
});

/** Customer-managed key settings: kept and shown, without an effect on this computer (LIMITATIONS.md). */
const encryption = z.object({
  keyUri: z.string().optional(),
  useSystemAssignedIdentity: z.boolean().optional(),
  userAssignedIdentity: z.string().optional(),
  infrastructureEncryption: onOff,
});

const resourceGuard = z.object({
  /** ARM id of the guard, which lies with another provider. */
  id: z.string(),
  updatedAt: z.number(),
  /** Until then what was unlocked may be deleted (ms UTC). */
  unlocked: z.object({ until: z.number(), operation: z.string(), resource: z.string().optional() }).optional(),
});

export const vaultSettings = {
  sku: z.object({ name: z.string(), tier: z.string().optional() }).default({ name: 'Standard' }),
  identity: identity.optional(),
  publicNetworkAccess: onOff.default('Enabled'),
  /** Absent until somebody set it. */
  monitoring: monitoring.optional(),
  crossSubscriptionRestore: z.enum(CROSS_SUBSCRIPTION_STATES).default('Enabled'),
  /** Absent until somebody set it. */
  immutability: z.enum(IMMUTABILITY_STATES).optional(),
  softDelete: z
    .object({ state: z.enum(SOFT_DELETE_STATES), days: z.number(), enhancedSecurity: onOff })
    .default({ state: 'Enabled', days: SOFT_DELETE_DAYS.standard, enhancedSecurity: 'Enabled' }),
  encryption: encryption.optional(),
  extendedInfo: z.object({ etag: z.string(), integrityKey: z.string(), algorithm: z.string() }).optional(),
  resourceGuard: resourceGuard.optional(),
  /** The vault waits for its removal (ms UTC) and is not shown; undelete brings it back. */
  deleted: z.object({ at: z.number(), purgeAt: z.number() }).optional(),
};

export type VaultIdentity = z.infer<typeof identity>;
export type VaultEncryption = z.infer<typeof encryption>;
export type ResourceGuardRecord = z.infer<typeof resourceGuard>;
