import { performance } from 'node:perf_hooks';
import * as vscode from 'vscode';
import { appError } from '../domain/errorCatalogue';
import { AlertNotices } from './alertNotices';
import { allCommands } from './commands/allCommands';
import type { Shell } from './commands/commandContext';
import { CommandRunner } from './commands/commandRunner';
import { COMMANDS, VIEWS } from './commands/ids';
import { registerCommand } from './commands/registerCommand';
import { coverAzure, engineIsWanted, openAccount, openAzure, openLocal, openService } from './connections';
import { ContextKeys } from './contextKeys';
import { HELP_SCHEME, HelpDocs } from './helpDocs';
import { JOB_LOG_SCHEME, JobLogs } from './jobLogs';
import { keptFile } from './keptFile';
import { tellMissedRuns } from './missedRuns';
import type { Clock } from './model/clock';
import { commandTitles } from './model/commandTitles';
import { errorForLog, failureOf, failureText } from './model/failure';
import { imageExists } from './model/imageFiles';
import { LastPlaces } from './model/lastPlaces';
import { maskedLog } from './model/log';
import type { Memory } from './model/memory';
import { Mutes } from './model/mutes';
import { knownAlerts } from './model/stores';
import { useTimeDisplay } from './model/timeDisplay';
import { viewChoices } from './model/viewChoices';
import { Notifications } from './notifications';
import { PanelSlot } from './panelSlot';
import { Services } from './services';
import { engineChange, Settings } from './settings';
import { StatusBar } from './statusBar';
import { Story } from './story';
import { t, useLanguage } from './text';
import { VscodeUi } from './ui/vscodeUi';
import { Views } from './views';

const WALKTHROUGH = 'protectFirstVm';
const MINUTE_MS = 60_000;

/** What `activate` returns: handles for the tests that run inside the extension host. */
export interface ExtensionApi {
  readonly services: Services;
  readonly views: Views;
  /** Where the engine keeps its data. */
  readonly dataFolder: string;
  /** How long activation took. */
  readonly activationMs: number;
}

/**
 * Builds the extension. It asks nobody and starts nothing: the engine waits for the first view or command, unless machines are
 * backed up by schedule. Then it has to run, and may not have since the computer was started.
 */
export function activate(context: vscode.ExtensionContext): ExtensionApi {
  const begun = performance.now();
  useLanguage({ translator: (message, ...args) => vscode.l10n.t(message, ...args), language: vscode.env.language });
  const own = <T extends vscode.Disposable>(life: T): T => {
    context.subscriptions.push(life);
    return life;
  };
  const channel = own(vscode.window.createOutputChannel('VM Backup', { log: true }));
  const log = maskedLog(channel);
  const settings = new Settings(context.globalStorageUri);
  const bundleFolder = vscode.Uri.joinPath(context.extensionUri, 'dist').fsPath;
  useTimeDisplay(settings.timeDisplay);
  const ui = new VscodeUi();
  const { globalState } = context;
  const memory: Memory = {
    get: (key) => globalState.get(key),
    set: (key, value) => void globalState.update(key, value),
  };
  const services = own(
    new Services({
      log,
      imageExists,
      preferences: {
        recoveryHours: () => settings.recoveryHours,
        runMissedSchedules: () => settings.engine.runMissedSchedules,
      },
      open: () =>
        openLocal({
          dataFolder: settings.dataFolder,
          bundleFolder,
          nodePath: settings.nodePath,
          endpoint: settings.endpoint,
          settings: settings.engine,
          log,
        }),
      azure: {
        account: openAccount,
        open: (subscription, account, watch) => openAzure({ subscription, account, watch, log }),
        cover: (connections) => coverAzure(connections, log),
        memory,
        kept: keptFile(vscode.Uri.joinPath(context.globalStorageUri, 'azure.json').fsPath),
        chosen: settings.azureSubscriptions,
        enabled: () => settings.azureEnabled,
        pace: () => settings.azurePace,
      },
    }),
  );
  const { stores } = services;
  const choices = viewChoices(memory);
  const views = own(new Views(stores, () => settings.jobsPageSize, choices));
  const keys = own(new ContextKeys(stores, choices));
  const statusBar = own(new StatusBar(stores));
  const story = new Story((key, value) => keys.set(key, value));
  own(stores.jobs.onDidFinish((finished) => story.finished(finished)));
  const mutes = new Mutes(memory, stores.clock);
  own(
    new Notifications({
      mutes,
      jobs: stores.jobs,
      messages: ui,
      clock: stores.clock,
      level: () => settings.notifications,
      machineOf: (job) => services.machineOf(job),
      provider: (armId) => stores.links.provider(armId),
      log,
    }),
  );
  own(tellMissedRuns({ engine: stores.engine, messages: ui, level: () => settings.notifications, memory }));
  const notices = new AlertNotices({
    alerts: () => knownAlerts(stores),
    messages: ui,
    clock: stores.clock,
    level: () => settings.notifications,
    mutes,
    memory,
  });
  // Machines become overdue by time alone.
  own(
    everyMinute(stores.clock, () => {
      notices.look();
      statusBar.paint();
      views.showAttention();
    }),
  );
  const logs = own(new JobLogs(stores));
  own(vscode.workspace.registerTextDocumentContentProvider(JOB_LOG_SCHEME, logs));
  own(vscode.workspace.onDidCloseTextDocument(({ uri }) => logs.closed(uri)));
  const help = new HelpDocs(stores);
  own(vscode.workspace.registerTextDocumentContentProvider(HELP_SCHEME, help));
  const panels = own(
    new PanelSlot({
      stores,
      log,
      extensionUri: context.extensionUri,
      execute: (command, ...targets) => void vscode.commands.executeCommand(command, ...targets),
      showMachines: (filter) => {
        choices.machines.set(filter);
        void showView('machines');
      },
      prices: () => settings.prices,
      messages: ui,
    }),
  );
  const shell: Shell = {
    showLog: () => channel.show(),
    showView,
    openWalkthrough: async () => {
      const id = `${context.extension.id}#${WALKTHROUGH}`;
      await vscode.commands.executeCommand('workbench.action.openWalkthrough', id, false);
    },
    openJobLog: (jobId) => logs.show(jobId),
    openHelp: (page) => help.show(page),
    openJob: async (jobId, options) => (await panels.get()).openJob(jobId, options),
    openJobsList: async (filter) => (await panels.get()).openJobsList(filter),
    openKeepUntil: async (itemIds) => (await panels.get()).openKeepUntil(itemIds),
    openMachine: async (key, options) => (await panels.get()).openMachine(key, options),
    openRestore: async (key) => (await panels.get()).openRestore(key),
    openVault: async (vaultId, options) => (await panels.get()).openVault(vaultId, options),
    createPolicy: async (vaultId) => (await panels.get()).openPolicy({ vaultId }),
    editPolicy: async (key, at) => (await panels.get()).openPolicy(key, at),
    loadMore: (itemId) => views.loadMore(itemId),
    setLogLevel: async () => void (await vscode.commands.executeCommand('workbench.action.setLogLevel')),
    openExternal: async (url) => void (await vscode.env.openExternal(vscode.Uri.parse(url, true))),
    openText: async (content) => {
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'markdown', content }));
    },
    environment: () => environmentFacts(context.extension.packageJSON),
    labChanged: () => story.labChanged(),
  };
  const titles = commandTitles(context.extension.packageJSON);
  const runner = new CommandRunner({
    log,
    messages: ui,
    clock: stores.clock,
    title: (id) => titles.get(id) ?? t('VM Backup'),
  });
  const service = async () => {
    const { dataFolder, nodePath, endpoint } = settings;
    if (endpoint !== undefined) throw appError('EngineElsewhere', { file: endpoint });
    return openService({ dataFolder, bundleFolder, ...(nodePath === undefined ? {} : { nodePath }) });
  };
  const handlers = allCommands({ stores, ui, shell, mutes, choices, places: new LastPlaces(memory), service });
  const applySettings = async () => {
    try {
      await services.saveEngineSettings(settings.engine);
    } catch (error) {
      log.error(`engine settings: ${errorForLog(error)}`);
      ui.toast({
        level: 'error',
        text: t('The settings of the engine were not taken over. {0}', failureText(failureOf(error))),
      });
    }
  };
  for (const id of Object.values(COMMANDS)) own(registerCommand(runner, id, handlers[id]));
  own(
    vscode.workspace.onDidChangeConfiguration((event) => {
      const change = engineChange(event);
      if (change === 'engine') services.reconnect();
      if (change === 'settings') void applySettings();
      if (event.affectsConfiguration('vmbackup.time')) {
        useTimeDisplay(settings.timeDisplay);
        for (const shown of [views, panels]) shown.repaint();
        statusBar.paint();
      }
      if (event.affectsConfiguration('vmbackup.cost')) panels.repaint();
      if (event.affectsConfiguration('vmbackup.azure')) void services.followAzureSettings();
    }),
  );
  void comeBack(services, settings);
  return { services, views, dataFolder: settings.dataFolder, activationMs: performance.now() - begun };
}

/** Nothing to do: everything is a subscription, and the engine goes on by itself. */
export function deactivate(): void {
  // Kept, because VS Code expects the pair.
}

function everyMinute(clock: Clock, work: () => void): vscode.Disposable {
  let next = clock.after(MINUTE_MS, tick);
  function tick() {
    work();
    next = clock.after(MINUTE_MS, tick);
  }
  return { dispose: () => next.dispose() };
}

/** Has the schedules of this computer run again. An engine that somebody else runs is not for this window to start. */
async function comeBack(services: Services, { dataFolder, endpoint }: Settings): Promise<void> {
  if (endpoint === undefined && (await engineIsWanted(dataFolder))) await services.comeBack();
}

function environmentFacts(manifest: { version?: string }): string[] {
  return [
    `VM Backup ${manifest.version ?? ''}`,
    `VS Code ${vscode.version}, ${vscode.env.uiKind === vscode.UIKind.Web ? 'web' : 'desktop'}`,
    `Remote: ${vscode.env.remoteName ?? 'none'}`,
    `${process.platform} ${process.arch}, Node.js ${process.versions.node}`,
    `Language: ${vscode.env.language}`,
  ];
}

async function showView(view: keyof typeof VIEWS): Promise<void> {
  await vscode.commands.executeCommand(`${VIEWS[view]}.focus`);
}
