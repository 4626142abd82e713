import {
  type RestoreCheck,
  type RestoreDisk,
  type RestoreForm,
  type RestoreSnapshot,
  sameRestoreForm,
} from '../../src/messages/restore';
import type { RestoreStringKey } from '../../src/messages/restoreStrings';
import type { Texts } from '../ui/texts';

const MINUTE_MS = 60_000;

/** What the check column shows: the lines, and whether the form may be sent. */
export interface ShownChecks {
  readonly checks: readonly RestoreCheck[];
  readonly ready: boolean;
  /** Whether there is a command line for the form. */
  readonly canCopy: boolean;
}

/** The checks of a form. Those of another one are shown as being done again. */
export function shownChecks({ checked }: Pick<RestoreSnapshot, 'checked'>, form: RestoreForm): ShownChecks {
  if (!checked) return { checks: [], ready: false, canCopy: false };
  if (sameRestoreForm(checked.form, form)) return checked;
  // What is only told, such as the duration, does not change with every letter.
  const checks = checked.checks.map((check) => (check.kind === 'off' ? check : asRunning(check)));
  return { checks, ready: false, canCopy: false };
}

function asRunning({ id, title, text }: RestoreCheck): RestoreCheck {
  return { id, title, text, kind: 'running' };
}

/** The checks in one sentence, for a heading and for a screen reader. */
export function checksSentence(
  { checks, ready }: Pick<ShownChecks, 'checks' | 'ready'>,
  { t }: Texts<RestoreStringKey>,
): string {
  const problems = checks.filter(({ kind }) => kind === 'error').length;
  if (problems > 0) return problems === 1 ? t('checks.oneProblem') : t('checks.problems', problems);
  return t(ready ? 'checks.allGood' : 'checks.running');
}

/** The newest point that is not younger than a moment; `undefined` if all are. Points are newest first. */
export function pointBefore<P extends { readonly time: number }>(points: readonly P[], moment: number): P | undefined {
  return points.find(({ time }) => time <= moment);
}

/** True if a point lies in the archive alone, so that a restore has to rehydrate it first. */
export function isArchived({ points }: Pick<RestoreSnapshot, 'points'>, pointId: string): boolean {
  return points.find(({ id }) => id === pointId)?.archived ?? false;
}

/** The form with a data disk more or less. All of them are the same as no choice at all. */
export function withDisk(form: RestoreForm, disks: readonly RestoreDisk[], lun: number, on: boolean): RestoreForm {
  const all = disks.flatMap((disk) => disk.lun ?? []);
  const luns = all.filter((other) => (other === lun ? on : (form.luns?.includes(other) ?? true)));
  const { luns: _before, ...rest } = form;
  return luns.length === all.length ? rest : { ...rest, luns };
}

/** True if a form restores a disk; the system disk always is. */
export function isChosen({ luns }: RestoreForm, { lun }: RestoreDisk): boolean {
  return lun === undefined || (luns?.includes(lun) ?? true);
}

/** True if the name that guards the replacing of disks is typed, or not needed. */
export function isConfirmed({ target, typedName }: RestoreForm, machineName: string): boolean {
  return target !== 'replaceDisks' || typedName.trim().toLowerCase() === machineName.toLowerCase();
}

/** A moment as an input for date and time has it, in a time zone or on the clock of this window: `2026-11-22T02:00`. */
export function toInputTime(moment: number, timeZone?: string): string {
  return new Date(moment + offsetAt(moment, timeZone)).toISOString().slice(0, 16);
}

/** The last moment of the minute that an input for date and time has; `undefined` while it is not complete. */
export function fromInputTime(text: string, timeZone?: string): number | undefined {
  const clock = new Date(`${text}Z`).getTime();
  if (Number.isNaN(clock)) return undefined;
  // The offset is that of the moment, which is looked for: what a first guess gives is right but for an hour around a change.
  const guess = clock - offsetAt(clock, timeZone);
  return clock - offsetAt(guess, timeZone) + MINUTE_MS - 1;
}

/** How far the clock of a zone is ahead of UTC at a moment (ms). */
function offsetAt(moment: number, timeZone: string | undefined): number {
  if (timeZone === undefined) return -new Date(moment).getTimezoneOffset() * MINUTE_MS;
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(moment);
  return new Date(`${clock.replace(' ', 'T')}Z`).getTime() - Math.floor(moment / 1000) * 1000;
}
