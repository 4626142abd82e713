import type { UserServiceState } from '../../client/service/userService';
import { t } from '../text';
import { failureOf, failureText } from './failure';
import { fullTimeText } from './format';

/** How the engine is as a service of the session, as whole sentences; the first says the most. */
export function serviceSentences(state: UserServiceState): string[] {
  const { engine, lingerBy } = state;
  const sentences = [headline(state)];
  if (state.installed) {
    if (lingerBy !== undefined) sentences.push(t('It ends when you log out; "{0}" has it go on.', lingerBy));
    else if (state.afterLogout === false) sentences.push(t('It ends when you log out, and starts when you log in.'));
  }
  if (engine) {
    const next = engine.nextRun;
    sentences.push(
      next === undefined ? t('No scheduled backup is due.') : t('Next scheduled backup: {0}', fullTimeText(next)),
    );
  }
  return sentences;
}

function headline({ installed, running, state, engine, problem }: UserServiceState): string {
  if (problem) return failureText(failureOf(problem));
  if (!installed) {
    return t('The user service is not installed: after log-out or restart, schedules wait for VS Code to be opened.');
  }
  if (engine?.service) return t('The user service runs, so schedules run with VS Code closed.');
  if (running === false) return t('The user service is installed, but does not run: {0}.', state ?? '–');
  if (!engine) return t('The user service is installed, but its engine does not answer.');
  return t(
    'The user service waits for the engine that runs now (process {0}), and takes over when that ends.',
    engine.pid,
  );
}
