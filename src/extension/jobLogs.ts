import * as vscode from 'vscode';
import { jobLogText } from './model/jobLog';
import type { Life } from './model/life';
import type { Stores } from './model/stores';
import { t } from './text';

/** Scheme of the read-only documents that hold the log of a job. */
export const JOB_LOG_SCHEME = 'vmbackup-log';

/** Job logs as documents. An open one follows its job. */
export class JobLogs implements vscode.TextDocumentContentProvider, Life {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly open = new Map<string, vscode.Uri>();
  private readonly listening: Life;

  constructor(private readonly stores: Stores) {
    this.listening = stores.jobs.onDidChange(() => {
      for (const uri of this.open.values()) this.changed.fire(uri);
    });
  }

  readonly onDidChange = this.changed.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    const jobId = uri.query;
    const job = this.stores.jobs.job(jobId);
    if (!job) return t('This job is not known any more.');
    return jobLogText({ job, statistics: this.stores.jobs.statistics(jobId) });
  }

  /** Shows the log of a job. */
  async show(jobId: string): Promise<void> {
    await this.stores.jobs.readDetails(jobId);
    const name = this.stores.jobs.job(jobId)?.name ?? 'job';
    const uri = vscode.Uri.from({ scheme: JOB_LOG_SCHEME, path: `/${name}.log`, query: jobId });
    this.open.set(uri.toString(), uri);
    this.changed.fire(uri);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  }

  /** A closed document is no longer followed. */
  closed(uri: vscode.Uri): void {
    this.open.delete(uri.toString());
  }

  dispose(): void {
    this.listening.dispose();
    this.changed.dispose();
  }
}
