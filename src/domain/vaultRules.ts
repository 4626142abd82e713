/** What a vault's settings may become, and how safe they are (SPEC §1.2–1.4, §2.13–2.16). */

export const IMMUTABILITY_STATES = ['Disabled', 'Unlocked', 'Locked'] as const;
export type Immutability = (typeof IMMUTABILITY_STATES)[number];

export const SOFT_DELETE_STATES = ['Enabled', 'Disabled', 'AlwaysON'] as const;
export type SoftDeleteState = (typeof SOFT_DELETE_STATES)[number];

export const CROSS_SUBSCRIPTION_STATES = ['Enabled', 'Disabled', 'PermanentlyDisabled'] as const;
export type CrossSubscriptionRestore = (typeof CROSS_SUBSCRIPTION_STATES)[number];

/** Days that deleted backup data is kept (SPEC §1.4). */
export const SOFT_DELETE_DAYS = { min: 14, max: 180, standard: 14 } as const;

export interface SoftDelete {
  readonly state: SoftDeleteState;
  /** Days, see {@link SOFT_DELETE_DAYS}. */
  readonly days: number;
}

/** @returns why the immutability may not change like this, or `undefined` if it may (SPEC §2.16) */
export function immutabilityProblem(from: Immutability, to: Immutability): string | undefined {
  if (from === to) return undefined;
  if (from === 'Locked') return 'Immutability is locked, and that cannot be undone.';
  if (from === 'Disabled' && to === 'Locked') return 'Immutability must be Unlocked before it can be Locked.';
  return undefined;
}

/** @returns why soft delete may not change like this, or `undefined` if it may (SPEC §1.4) */
export function softDeleteProblem(from: SoftDelete, to: SoftDelete): string | undefined {
  if (from.state === 'AlwaysON' && to.state !== 'AlwaysON')
    return 'Soft delete is always on, and that cannot be undone.';
  const { min, max } = SOFT_DELETE_DAYS;
  if (!Number.isInteger(to.days) || to.days < min || to.days > max) {
    return `Deleted backup data is kept for ${min} to ${max} whole days.`;
  }
  return undefined;
}

/** @returns why cross-subscription restore may not change like this, or `undefined` if it may */
export function crossSubscriptionProblem(
  from: CrossSubscriptionRestore,
  to: CrossSubscriptionRestore,
): string | undefined {
  if (from !== 'PermanentlyDisabled' || to === from) return undefined;
  return 'Restoring to another subscription is disabled permanently.';
}

/** True if a vault's bytes are copied to the paired region (SPEC §1.3). */
export function isGeoRedundant(replication: string): boolean {
  return replication === 'GeoRedundant' || replication === 'ReadAccessGeoZoneRedundant';
}

/** @returns why cross-region restore may not change like this, or `undefined` if it may (SPEC §1.3, §2.15) */
export function crossRegionProblem(from: boolean, to: boolean, replication: string): string | undefined {
  if (from && !to) return 'Cross-region restore cannot be switched off again.';
  if (to && !isGeoRedundant(replication)) return 'Cross-region restore needs geo-redundant storage.';
  return undefined;
}

/** True while nothing that removes backup data or shortens its retention is allowed (SPEC §2.16). */
export function isImmutable(immutability: Immutability | undefined): boolean {
  return immutability !== undefined && immutability !== 'Disabled';
}

export type SecureScore = 'None' | 'Minimum' | 'Adequate' | 'Maximum';
export type SecurityLevel = 'Poor' | 'Fair' | 'Good' | 'Excellent';

/**
 * How well a vault's settings guard its data. Recorded: nothing is None and Poor, immutability alone Minimum and Fair; the
 * higher levels are assumed from the service's descriptions.
 */
export function securityOf(vault: {
  readonly immutability: Immutability | undefined;
  readonly softDelete: SoftDeleteState;
  readonly guarded: boolean;
}): { secureScore: SecureScore; bcdrSecurityLevel: SecurityLevel } {
  const alwaysOn = vault.softDelete === 'AlwaysON';
  const immutable = isImmutable(vault.immutability);
  if (vault.immutability === 'Locked' && alwaysOn && vault.guarded) {
    return { secureScore: 'Maximum', bcdrSecurityLevel: 'Excellent' };
  }
  if (immutable && alwaysOn) return { secureScore: 'Adequate', bcdrSecurityLevel: 'Good' };
  if (immutable || alwaysOn || vault.guarded) return { secureScore: 'Minimum', bcdrSecurityLevel: 'Fair' };
  return { secureScore: 'None', bcdrSecurityLevel: 'Poor' };
}
