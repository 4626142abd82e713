import type { UserServiceState } from '../../client/service/userService';
import { failureOf, thrownAgain } from '../model/failure';
import { serviceSentences } from '../model/serviceView';
import { t } from '../text';
import type { CommandContext, Handlers } from './commandContext';
import { COMMANDS } from './ids';

/** The engine as a service of the session, so that schedules run with VS Code closed. */
export function serviceCommands(context: CommandContext) {
  return {
    [COMMANDS.serviceInstall]: { run: () => install(context), retry: true },
    [COMMANDS.serviceRemove]: { run: () => remove(context), retry: true },
    [COMMANDS.serviceState]: { run: () => showService(context), retry: true },
  } satisfies Partial<Handlers>;
}

async function install({ service, stores, ui }: CommandContext): Promise<void> {
  const own = await service();
  const { definition, dataFolder, problem } = await own.state();
  if (problem) throw thrownAgain(failureOf(problem));
  const yes = t('Install');
  const chosen = await ui.modal({
    text: t('Run the backup engine as a service of your session?'),
    detail: t(
      'It starts when you log in and needs no window, so that schedules run with VS Code closed. The data folder stays {0}; the service is {1}.',
      dataFolder,
      definition,
    ),
    actions: [yes],
  });
  if (chosen !== yes) return;
  const state = await ui.progress(t('Installing the user service'), () => own.install());
  await stores.engine.readHealth();
  tell(ui, state);
}

async function remove({ service, stores, ui }: CommandContext): Promise<void> {
  const own = await service();
  const state = await own.state();
  if (state.installed === false) return tell(ui, state);
  const yes = t('Remove');
  const chosen = await ui.modal({
    text: t('Remove the user service?'),
    detail: t(
      'Vaults, recovery points, machines and policies stay. After log-out or restart, schedules wait for VS Code to be opened.',
    ),
    actions: [yes],
  });
  if (chosen !== yes) return;
  const after = await ui.progress(t('Removing the user service'), () => own.remove());
  // Whoever is looked at now is asked by the views; the next use starts an engine again.
  stores.engine.reset();
  tell(ui, after);
}

/** The state in whole sentences, with what can be done about it. */
export async function showService(context: CommandContext): Promise<void> {
  const { service, ui } = context;
  const own = await service();
  const state = await ui.progress(t('Asking for the user service'), () => own.state());
  const [first = '', ...more] = serviceSentences(state);
  const places = [t('Service: {0}', state.definition), t('Data folder: {0}', state.dataFolder)];
  const change = state.installed ? t('Remove User Service…') : t('Install User Service…');
  const copy = t('Copy path of the service');
  const chosen = await ui.modal({ text: first, detail: [...more, ...places].join('\n'), actions: [change, copy] });
  if (chosen === copy) await ui.copy(state.definition);
  else if (chosen === change) await (state.installed ? remove(context) : install(context));
}

function tell(ui: CommandContext['ui'], state: UserServiceState): void {
  ui.toast({ level: state.problem ? 'warning' : 'info', text: serviceSentences(state).join(' ') });
}
