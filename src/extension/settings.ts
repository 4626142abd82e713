import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';

export type NotificationLevel = 'attention' | 'failures' | 'none';

const DEFAULT_PAGE_SIZE = 50;
const DEFAULT_RECOVERY_HOURS = 24;

/** The extension's settings, read when they are used. */
export class Settings {
  constructor(private readonly storageFolder: vscode.Uri) {}

  /** Folder of the engine's data; without a choice one in the extension's own storage. */
  get dataFolder(): string {
    const chosen = textSetting('local.dataPath');
    if (chosen === undefined) return vscode.Uri.joinPath(this.storageFolder, 'engine').fsPath;
    return chosen.startsWith('~/') ? join(homedir(), chosen.slice(2)) : chosen;
  }

  get nodePath(): string | undefined {
    return textSetting('local.nodePath');
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

  get notifications(): NotificationLevel {
    const level = setting('notifications.level');
    return level === 'failures' || level === 'none' ? level : 'attention';
  }
}

function textSetting(name: string): string | undefined {
  const value = setting(name);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function setting(name: string): unknown {
  return vscode.workspace.getConfiguration('vmbackup').get(name);
}
