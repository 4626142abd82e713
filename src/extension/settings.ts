import * as vscode from 'vscode';
import type { EngineSettings } from '../domain/engineSettings';
import type { Prices } from '../domain/storageEstimate';
import type { ChosenSubscriptions } from './model/azure';
import type { Pace } from './model/pollPace';
import type { TimeDisplay } from './model/timeDisplay';
import { engineSettings, pathSetting, prices, timeDisplay } from './settingValues';

export type NotificationLevel = 'attention' | 'failures' | 'none';

/** Settings below `local` that name the engine, and those of how it works, which take effect while it runs. */
const WHICH_ENGINE = ['dataPath', 'nodePath', 'endpoint'];
const HOW_IT_WORKS = ['maxParallelJobs', 'runMissedSchedules', 'bandwidthLimitMBps', 'machineFolders'];

const DEFAULT_PAGE_SIZE = 50;
const DEFAULT_RECOVERY_HOURS = 24;
const DEFAULT_POLL_SECONDS = 30;

/** The extension's settings, read when they are used. */
export class Settings {
  constructor(private readonly storageFolder: vscode.Uri) {}

  /** Folder of the engine's data; without a choice one in the extension's own storage. */
  get dataFolder(): string {
    return pathSetting(setting('local.dataPath')) ?? vscode.Uri.joinPath(this.storageFolder, 'engine').fsPath;
  }

  get nodePath(): string | undefined {
    return pathSetting(setting('local.nodePath'));
  }

  /** How the engine of this computer shall work. */
  get engine(): EngineSettings {
    return engineSettings(setting);
  }

  /** Where an engine of somebody else says how it is reached; the extension uses its own without one. */
  get endpoint(): string | undefined {
    return pathSetting(setting('local.endpoint'));
  }

  /** On which clock times are shown. */
  get timeDisplay(): TimeDisplay {
    return timeDisplay(setting('time.display'));
  }

  get jobsPageSize(): number {
    const size = setting('jobs.pageSize');
    return typeof size === 'number' && size > 0 ? Math.floor(size) : DEFAULT_PAGE_SIZE;
  }

  /** Hours that the newest recovery point of a machine may be old. */
  get recoveryHours(): number {
    const hours = setting('rpo.defaultHours');
    return typeof hours === 'number' && hours >= 1 ? hours : DEFAULT_RECOVERY_HOURS;
  }

  /** What the person pays for storage and protected machines, if they said so. */
  get prices(): Prices {
    return prices(setting);
  }

  get azureEnabled(): boolean {
    return setting('azure.enabled') !== false;
  }

  /** Ids of the subscriptions to show; all while there are none. */
  readonly azureSubscriptions: ChosenSubscriptions = {
    get: () => {
      const ids = setting('azure.subscriptions');
      return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
    },
    set: async (ids) => {
      const value = ids.length === 0 ? undefined : Array.from(ids);
      await configuration().update('azure.subscriptions', value, vscode.ConfigurationTarget.Global);
    },
  };

  /** How often Azure is asked for jobs. */
  get azurePace(): Pace {
    const seconds = setting('azure.pollSeconds');
    const activeMs = (typeof seconds === 'number' && seconds >= 30 ? seconds : DEFAULT_POLL_SECONDS) * 1000;
    return { activeMs, idleMs: 2 * activeMs };
  }

  get notifications(): NotificationLevel {
    const level = setting('notifications.level');
    return level === 'failures' || level === 'none' ? level : 'attention';
  }
}

function setting(name: string): unknown {
  return configuration().get(name);
}

function configuration(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('vmbackup');
}

/** What a change of settings means for the engine: another one is used, or it works otherwise from now on. */
export function engineChange(event: vscode.ConfigurationChangeEvent): 'settings' | 'engine' | undefined {
  const changed = (names: readonly string[]) =>
    names.some((name) => event.affectsConfiguration(`vmbackup.local.${name}`));
  if (changed(WHICH_ENGINE)) return 'engine';
  return changed(HOW_IT_WORKS) ? 'settings' : undefined;
}
