import { windowsToIana } from '../../domain/timeZones';

/** On which clock times are shown: this computer's, that of the machine's backup policy, or UTC. */
export const TIME_DISPLAYS = ['machine', 'policy', 'utc'] as const;
export type TimeDisplay = (typeof TIME_DISPLAYS)[number];

let display: TimeDisplay = 'machine';
let changes = 0;

/** Sets the clock of every time from now on. Without it that is this computer's, as tests want it. */
export function useTimeDisplay(chosen: TimeDisplay): void {
  if (display === chosen) return;
  display = chosen;
  changes += 1;
}

/** Whether a policy's time zone makes a difference. */
export function showsPolicyZones(): boolean {
  return display === 'policy';
}

/** Grows whenever times are shown on another clock: what was worked out with times before is out of date then. */
export function timeDisplayVersion(): number {
  return changes;
}

/**
 * The zone that a time is shown in, as an IANA name; `undefined` for this computer's own.
 * @param policyZone Windows id of the time zone of the policy that the time has to do with, where there is one
 */
export function shownZone(policyZone?: string): string | undefined {
  if (display === 'utc') return 'UTC';
  return display === 'policy' && policyZone !== undefined ? windowsToIana(policyZone) : undefined;
}
