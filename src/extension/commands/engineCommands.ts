import { diagnosticsText } from '../model/diagnostics';
import { ensureWorld } from '../model/stores';
import { t } from '../text';
import type { CommandContext, Handlers } from './commandContext';
import { COMMANDS } from './ids';

/** Commands about the engine's schedules, the log and what to send with a report. */
export function engineCommands(context: CommandContext) {
  const { stores, ui, shell } = context;
  const setPaused = async (paused: boolean) => {
    await stores.engine.run((client) => client.local.pauseSchedules(paused));
    await stores.engine.readHealth();
  };
  return {
    [COMMANDS.schedulePause]: {
      run: async () => {
        await setPaused(true);
        ui.toast({
          level: 'info',
          text: t('Scheduled backups of this computer are paused until you resume them. Back Up Now still works.'),
          actions: [{ title: t('Undo'), command: COMMANDS.scheduleResume }],
        });
      },
      retry: true,
    },
    [COMMANDS.scheduleResume]: {
      run: async () => {
        await setPaused(false);
        ui.toast({
          level: 'info',
          text: stores.preferences.runMissedSchedules()
            ? t('Scheduled backups run again. A machine that missed runs is backed up once, now.')
            : t('Scheduled backups run again. Runs that were missed meanwhile are not made up for.'),
        });
      },
      retry: true,
    },
    [COMMANDS.setLogLevel]: { run: () => shell.setLogLevel() },
    [COMMANDS.reportIssue]: {
      run: async () => {
        await ensureWorld(stores);
        await stores.engine.readHealth();
        await shell.openText(diagnosticsText(stores, shell.environment()));
        ui.toast({
          level: 'info',
          text: t(
            'This is what helps to find the cause. It holds no names, ids, folders or secrets: look through it, then send it.',
          ),
          actions: [{ title: t('Show log'), command: COMMANDS.showLog }],
        });
      },
    },
  } satisfies Partial<Handlers>;
}
