import { AppError } from '../../domain/errors';
import type { Alert } from '../model/alerts';
import type { LocalClient } from '../model/engineLink';
import { jobTitle, progressWords } from '../model/jobView';
import { needsAttention } from '../model/machineFacts';
import { machineDescription } from '../model/machineView';
import { engineWords, keeperWords } from '../model/statusView';
import { ensureWorld, knownAlerts, knownMachines, refreshWorld, runningJobs } from '../model/stores';
import { targetOf } from '../model/target';
import { t } from '../text';
import { ONE_QUESTION, type PickItem } from '../ui/prompts';
import type { CommandContext, Handlers } from './commandContext';
import { idOf } from './idOf';
import { COMMANDS } from './ids';
import { showService } from './serviceCommands';

/** Commands about the product as a whole. */
export function generalCommands(context: CommandContext) {
  const { stores, ui, shell } = context;
  const refresh = async () => {
    if (stores.engine.state.kind === 'failed') stores.engine.reset();
    await refreshWorld(stores);
  };
  return {
    [COMMANDS.open]: { run: (argument: unknown) => open(context, argument) },
    [COMMANDS.showStatus]: { run: () => showStatus(context) },
    [COMMANDS.getStarted]: { run: () => shell.openWalkthrough() },
    [COMMANDS.refresh]: { run: refresh },
    [COMMANDS.copyId]: {
      run: async (argument: unknown) => {
        const id = idOf(targetOf(argument));
        if (id !== undefined) await ui.copy(id);
      },
    },
    [COMMANDS.agentHelp]: { run: () => shell.openHelp({ kind: 'agent' }) },
    [COMMANDS.showLog]: { run: async () => shell.showLog() },
    [COMMANDS.engineRestart]: { run: () => restartEngine(context), retry: true },
  } satisfies Partial<Handlers>;
}

async function open({ shell }: CommandContext, argument: unknown): Promise<void> {
  const target = targetOf(argument);
  switch (target?.kind) {
    case 'job':
      return shell.openJob(target.jobId, { preserveFocus: true });
    case 'vault':
      return shell.openVault(target.vaultId, { preserveFocus: true });
    case 'machine':
      return shell.openMachine({ machineId: target.machineId }, { preserveFocus: true });
    case 'point': {
      const { machineId, pointId } = target;
      return shell.openMachine({ machineId, pointId }, { preserveFocus: true });
    }
    default:
      return shell.showView('machines');
  }
}

async function restartEngine({ stores, ui }: CommandContext): Promise<void> {
  const { engine } = stores;
  // An engine that does not answer cannot be asked to stop; a fresh connection finds out what is true.
  const stopped = engine.state.kind !== 'ready' || (await engine.run(stopOwnEngine));
  if (!stopped) {
    throw new AppError('EngineBusy', t('The backup engine was not restarted, because a job is running.'), {
      details: { recommendation: t('Wait until the job has ended, or cancel it, then try again.') },
    });
  }
  engine.reset();
  await engine.readHealth();
  await refreshWorld(stores);
  ui.toast({ level: engine.state.kind === 'failed' ? 'error' : 'info', text: engineWords(engine.state) });
}

/** Stops the engine, unless jobs run or it is somebody else's, of which only the connection is made anew. */
async function stopOwnEngine(client: LocalClient): Promise<boolean> {
  return client.foreignEndpoint !== undefined || client.stopEngine();
}

/** What needs somebody, what runs and how the engine is; each line leads on. */
async function showStatus(context: CommandContext): Promise<void> {
  const { stores, ui, shell, mutes } = context;
  const frame = { title: t('Protection status'), ...ONE_QUESTION };
  const answer = await ui.prompts.pick<() => unknown>({
    ...frame,
    placeholder: t('Choose a line to open it'),
    items: async () => {
      await ensureWorld(stores);
      await stores.engine.readHealth();
      const now = stores.clock.now();
      const attention = knownAlerts(stores).map(
        (alert): PickItem<() => unknown> => ({
          value: () => openAlert(context, alert),
          label: `$(${alert.severity}) ${alert.subject}`,
          description: alert.words,
          section: t('Needs attention'),
        }),
      );
      const machines = knownMachines(stores)
        .filter((machine) => !needsAttention(machine))
        .map(
          (machine): PickItem<() => unknown> => ({
            value: () => open(context, { kind: 'machine', machineId: machine.machineId }),
            label: `$(vm) ${machine.name}`,
            description: machineDescription(machine, now),
            section: t('Machines'),
          }),
        );
      const running = runningJobs(stores).map((shown) => ({
        value: () => shell.openJob(shown.job.id, { preserveFocus: false }),
        label: `$(sync~spin) ${jobTitle(shown.job)}`,
        description: progressWords(shown, now),
        section: t('Running'),
      }));
      const engine = {
        value: () => shell.showLog(),
        label: t('$(server-process) Backup engine'),
        detail: engineWords(stores.engine.state),
        section: t('Engine'),
      };
      const keeper: PickItem<() => unknown> = {
        value: () => showService(context),
        label: t('$(server-environment) User service'),
        detail: keeperWords(stores.engine.state) ?? t('Has the engine run from log-in on, also with VS Code closed.'),
        section: t('Engine'),
      };
      const muted: PickItem<() => unknown> = {
        value: () => mutes.clear(),
        label: t('$(bell) Show muted messages again'),
        section: t('Engine'),
      };
      return [...attention, ...running, ...machines, engine, keeper, ...(mutes.any ? [muted] : [])];
    },
  });
  if (answer.kind === 'value') await answer.value();
}

async function openAlert(context: CommandContext, { target, jobId }: Alert): Promise<void> {
  if (jobId === undefined) await open(context, target);
  else await context.shell.openJob(jobId, { preserveFocus: false });
}
