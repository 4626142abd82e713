import type { RecoveryPoint } from './views';

/**
 * The archive tier of Azure: a point moves there from the vault's tier and never back. A restore from it rehydrates the point first,
 * a copy in the vault's tier that stays for some days.
 */

/** What is deleted from the archive earlier than after these days is billed for the rest of them (Azure Backup documentation). */
export const ARCHIVE_BILLED_DAYS = 180;

/** How many days a point may stay rehydrated (Azure Backup documentation, `az backup restore restore-disks`). */
export const REHYDRATION_DAYS = { least: 10, most: 30, usual: 15 } as const;

/** How soon it is rehydrated; the higher one costs more. */
export const REHYDRATION_PRIORITIES = ['Standard', 'High'] as const;
export type RehydrationPriority = (typeof REHYDRATION_PRIORITIES)[number];

export interface Rehydration {
  readonly days: number;
  readonly priority: RehydrationPriority;
}

/** True if a point lies in the archive alone: a restore has to rehydrate it first. */
export function needsRehydration({ tiers, rehydrated }: Pick<RecoveryPoint, 'rehydrated' | 'tiers'>): boolean {
  return tiers.length > 0 && tiers.every((tier) => tier === 'ArchivedRP') && !rehydrated;
}

/** True if a point can be moved from the vault's tier to the archive now. */
export function canArchive({ tiers, archiving }: Pick<RecoveryPoint, 'archiving' | 'tiers'>): boolean {
  return archiving?.possible === true && tiers.includes('HardenedRP');
}

/** The days that a text means, or `undefined` if it is no number of days that a point may stay rehydrated. */
export function rehydrationDays(text: string): number | undefined {
  const days = /^\d{1,3}$/.test(text.trim()) ? Number(text) : undefined;
  const { least, most } = REHYDRATION_DAYS;
  return days !== undefined && days >= least && days <= most ? days : undefined;
}
