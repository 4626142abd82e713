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

/** A moment as an input for date and time has it, on the clock of this window: `2026-11-22T02:00`. */
export function toInputTime(moment: number): string {
  const offset = new Date(moment).getTimezoneOffset() * MINUTE_MS;
  return new Date(moment - offset).toISOString().slice(0, 16);
}

/** The last moment of the minute that an input for date and time has; `undefined` while it is not complete. */
export function fromInputTime(text: string): number | undefined {
  const moment = new Date(text).getTime();
  return Number.isNaN(moment) ? undefined : moment + MINUTE_MS - 1;
}
