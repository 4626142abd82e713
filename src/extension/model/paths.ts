import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { t } from '../text';

/** A typed path with `~` filled in; relative parts such as `..` are resolved. */
export function expandPath(text: string): string {
  const trimmed = text.trim();
  const whole = trimmed === '~' || trimmed.startsWith('~/') ? join(homedir(), trimmed.slice(1)) : trimmed;
  return isAbsolute(whole) ? resolve(whole) : whole;
}

/** Why a typed path is no good, in one sentence; the file itself is looked at by the engine. */
export function pathProblem(text: string): string | undefined {
  if (text.trim() === '') return t('Type a path.');
  return isAbsolute(expandPath(text))
    ? undefined
    : t('Type the whole path, starting at the root, or at ~ for your home.');
}
