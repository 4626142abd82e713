import type { BackupPolicy, TimeOfDay } from './policy';

/**
 * Rule of the built-in DefaultPolicy of a new vault (SPEC §1.5): daily, kept 30 days, snapshots 2 days, in UTC.
 * @param time UTC time of day `HH:MM`; the service chooses a half-hour in the night of the vault's location
 */
export function defaultPolicy(time: TimeOfDay): BackupPolicy {
  return {
    timeZone: 'UTC',
    schedule: { frequency: 'Daily', time },
    retention: { daily: { count: 30 } },
    instantRestoreDays: 2,
  };
}

/** Rule of the built-in EnhancedPolicy of a new vault: every 4 hours from 08:00 to 20:00 UTC (SPEC §1.5). */
export function enhancedPolicy(): BackupPolicy {
  return {
    policyType: 'V2',
    timeZone: 'UTC',
    schedule: { frequency: 'Hourly', time: '08:00', intervalHours: 4, durationHours: 12 },
    retention: { daily: { count: 30 } },
    instantRestoreDays: 2,
  };
}

/** What a new policy in the editor starts from: all four ranges on, as in the guide (SPEC §3 "Defaults"). */
export function newPolicyTemplate(start: { readonly time: TimeOfDay; readonly timeZone: string }): BackupPolicy {
  const firstSunday = { by: 'week', days: ['Sunday'], weeks: ['First'] } as const;
  return {
    timeZone: start.timeZone,
    schedule: { frequency: 'Daily', time: start.time },
    retention: {
      daily: { count: 180 },
      weekly: { days: ['Sunday'], count: 104 },
      monthly: { on: firstSunday, count: 60 },
      yearly: { months: ['January'], on: firstSunday, count: 10 },
    },
    instantRestoreDays: 2,
  };
}
