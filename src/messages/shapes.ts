import * as z from 'zod/mini';
import { type BackupPolicy, MONTHS, type MonthDays, WEEKDAYS, WEEKS_OF_MONTH } from '../domain/policy';
import type { Job, JobStatistics, Vault } from '../domain/views';

const moment = z.number();
const bytes = z.number();

/** {@link Job} as it crosses to a page. */
export const jobSchema: z.ZodMiniType<Job> = z.object({
  id: z.string(),
  name: z.string(),
  vaultId: z.string(),
  operation: z.string(),
  status: z.string(),
  machineName: z.string(),
  containerName: z.optional(z.string()),
  startTime: moment,
  endTime: z.optional(moment),
  durationMs: z.number(),
  cancellable: z.boolean(),
  progressPercent: z.optional(z.number()),
  tasks: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      progressPercent: z.optional(z.number()),
      detail: z.optional(z.string()),
      durationMs: z.optional(z.number()),
    }),
  ),
  properties: z.record(z.string(), z.string()),
  errors: z.array(
    z.object({
      code: z.union([z.number(), z.string()]),
      title: z.string(),
      message: z.string(),
      recommendations: z.array(z.string()),
    }),
  ),
});

const phaseSchema = z.enum(['Queued', 'Prepare', 'Read and store', 'Commit', 'Restore', 'Verify', 'Done']);

/** {@link JobStatistics} as it crosses to a page. */
export const jobStatisticsSchema: z.ZodMiniType<JobStatistics> = z.object({
  phase: phaseSchema,
  phases: z.array(z.object({ phase: phaseSchema, startTime: moment, endTime: z.optional(moment) })),
  totalBytes: bytes,
  readBytes: bytes,
  newBytes: bytes,
  storedBytes: bytes,
  skippedBytes: bytes,
  samples: z.array(z.object({ time: moment, bytes })),
  log: z.array(z.object({ time: moment, level: z.enum(['info', 'warning', 'error']), text: z.string() })),
  files: z.array(z.object({ disk: z.string(), path: z.string(), sizeBytes: bytes })),
});

/** {@link Vault} as it crosses to a page. */
export const vaultSchema: z.ZodMiniType<Vault> = z.object({
  id: z.string(),
  name: z.string(),
  resourceGroup: z.string(),
  location: z.string(),
  replication: z.enum(['GeoRedundant', 'LocallyRedundant', 'ZoneRedundant', 'ReadAccessGeoZoneRedundant']),
});

const weekdays = z.array(z.enum(WEEKDAYS));
const monthDays: z.ZodMiniType<MonthDays> = z.discriminatedUnion('by', [
  z.object({ by: z.literal('day'), dates: z.array(z.number()), last: z.boolean() }),
  z.object({ by: z.literal('week'), days: weekdays, weeks: z.array(z.enum(WEEKS_OF_MONTH)) }),
]);

/** {@link BackupPolicy} by shape only: whether it keeps the rules is told by the domain's `policyProblems`. */
export const policySchema: z.ZodMiniType<BackupPolicy> = z.object({
  policyType: z.optional(z.enum(['V1', 'V2'])),
  timeZone: z.string(),
  schedule: z.discriminatedUnion('frequency', [
    z.object({ frequency: z.literal('Daily'), time: z.string() }),
    z.object({ frequency: z.literal('Weekly'), days: weekdays, time: z.string() }),
    z.object({
      frequency: z.literal('Hourly'),
      time: z.string(),
      intervalHours: z.number(),
      durationHours: z.number(),
    }),
  ]),
  retention: z.object({
    daily: z.optional(z.object({ count: z.number() })),
    weekly: z.optional(z.object({ days: weekdays, count: z.number() })),
    monthly: z.optional(z.object({ on: monthDays, count: z.number() })),
    yearly: z.optional(z.object({ months: z.array(z.enum(MONTHS)), on: monthDays, count: z.number() })),
  }),
  instantRestoreDays: z.number(),
  crashConsistentOnly: z.optional(z.boolean()),
  archive: z.optional(
    z.object({
      mode: z.enum(['TierRecommended', 'TierAfter', 'DoNotTier']),
      after: z.optional(z.object({ count: z.number(), unit: z.enum(['Days', 'Weeks', 'Months', 'Years']) })),
    }),
  ),
  snapshotGroup: z.optional(z.object({ prefix: z.optional(z.string()), suffix: z.optional(z.string()) })),
});
