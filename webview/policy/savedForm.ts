import * as z from 'zod/mini';
import { MONTHS, WEEKDAYS, WEEKS_OF_MONTH } from '../../src/domain/policy';
import type { PolicyForm } from './formModel';

const weekdays = z.array(z.enum(WEEKDAYS));
const range = { on: z.boolean(), count: z.string() };
const pick = z.object({
  by: z.enum(['day', 'week']),
  dates: z.array(z.int()),
  last: z.boolean(),
  days: weekdays,
  weeks: z.array(z.enum(WEEKS_OF_MONTH)),
});

/** A form as the page keeps it: checked when it is read back, for it may come from an older version. */
export const policyFormSchema: z.ZodMiniType<PolicyForm> = z.object({
  name: z.string(),
  policyType: z.enum(['V1', 'V2']),
  frequency: z.enum(['Daily', 'Weekly', 'Hourly']),
  intervalHours: z.int(),
  durationHours: z.int(),
  scheduleDays: weekdays,
  time: z.string(),
  timeZone: z.string(),
  daily: z.object(range),
  weekly: z.object({ ...range, days: weekdays }),
  monthly: z.object({ ...range, pick }),
  yearly: z.object({ ...range, pick, months: z.array(z.enum(MONTHS)) }),
  instantRestoreDays: z.string(),
  crashConsistentOnly: z.boolean(),
});
