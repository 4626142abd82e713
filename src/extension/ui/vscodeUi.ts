import { chmod, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { t } from '../text';
import type { ModalQuestion, SaveFileOptions, Toast, Ui } from './messages';
import { QuickInputs } from './quickInputs';

/** Talks to the person through VS Code. */
export class VscodeUi implements Ui {
  readonly prompts = new QuickInputs();

  toast(toast: Toast): void {
    void showToast(toast);
  }

  async modal(question: ModalQuestion): Promise<string | undefined> {
    const items = question.actions.map((title) => ({ title, isCloseAffordance: title === question.closing }));
    const options = { modal: true, detail: question.detail };
    const chosen = await vscode.window.showWarningMessage(question.text, options, ...items);
    return chosen?.title;
  }

  async progress<T>(
    title: string,
    work: (report: (text: string) => void, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    return vscode.window.withProgress(options, async (progress, token) => {
      const controller = new AbortController();
      const listening = token.onCancellationRequested(() => controller.abort());
      try {
        return await work((message) => progress.report({ message }), controller.signal);
      } finally {
        listening.dispose();
      }
    });
  }

  async copy(text: string): Promise<void> {
    await vscode.env.clipboard.writeText(text);
  }

  async reveal(path: string): Promise<void> {
    // The file manager of a remote computer cannot be opened from here.
    const here = vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
    if (here) {
      await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(path));
      return;
    }
    const copy = t('Copy path');
    const open = t('Open in new window');
    const chosen = await vscode.window.showInformationMessage(path, copy, open);
    if (chosen === copy) await this.copy(path);
    if (chosen === open) await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(path), true);
  }

  async saveFile(options: SaveFileOptions): Promise<string | undefined> {
    const uri = await vscode.window.showSaveDialog({
      title: options.title,
      defaultUri: vscode.Uri.file(join(homedir(), options.fileName)),
      ...(options.kind ? { filters: { [options.kind.name]: [options.kind.extension] } } : {}),
    });
    if (!uri) return undefined;
    const mode = options.runnable ? 0o700 : 0o600;
    await writeFile(uri.fsPath, options.content, { mode });
    await chmod(uri.fsPath, mode); // of a file that was there already
    return uri.fsPath;
  }
}

async function showToast(toast: Toast): Promise<void> {
  const titles = [...(toast.actions ?? []), ...(toast.own ?? [])].map(({ title }) => title);
  const show = {
    info: vscode.window.showInformationMessage,
    warning: vscode.window.showWarningMessage,
    error: vscode.window.showErrorMessage,
  }[toast.level];
  const chosen = await show(toast.text, ...titles);
  toast.own?.find(({ title }) => title === chosen)?.run();
  const action = toast.actions?.find(({ title }) => title === chosen);
  if (!action) return;
  const targets = action.targets ?? [];
  await vscode.commands.executeCommand(action.command, targets[0], targets.length > 1 ? targets : undefined);
}
