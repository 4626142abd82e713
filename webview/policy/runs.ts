import type { BackupPolicy } from '../../src/domain/policy';
import { nextRuns } from '../../src/domain/schedule';
import { knownTimeZone, windowsToIana } from '../../src/domain/timeZones';
import { TimeFormat } from '../ui/time';

const SHOWN_RUNS = 5;

/** A coming run: on the clock of its time zone (daylight saving included), and in UTC. */
export interface RunRow {
  readonly local: string;
  readonly utc: string;
}

/** The next five runs of a policy; empty while its schedule cannot run. */
export function runRows(policy: BackupPolicy, now: number, lang: string): RunRow[] {
  const zone = knownTimeZone(policy.timeZone);
  const iana = zone && windowsToIana(zone);
  if (iana === undefined) {
    return [];
  }
  const local = new TimeFormat(lang, iana);
  const utc = new TimeFormat(lang, 'UTC');
  return nextRuns(policy, now, SHOWN_RUNS).map((run) => ({ local: local.weekday(run), utc: utc.dateTime(run) }));
}
