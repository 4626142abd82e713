import * as vscode from 'vscode';
import { agentHelp, type HelpPage, jobHelp, troubleshootingGuide } from './model/helpPages';
import type { Stores } from './model/stores';
import { t } from './text';

/** Scheme of the read-only Markdown documents that help with a task or a failure. */
export const HELP_SCHEME = 'vmbackup-help';

/** Help as documents, shown in the Markdown preview. */
export class HelpDocs implements vscode.TextDocumentContentProvider {
  constructor(private readonly stores: Stores) {}

  provideTextDocumentContent(uri: vscode.Uri): string {
    if (uri.query === '') return uri.path.includes('agent') ? agentHelp() : troubleshootingGuide();
    const job = this.stores.jobs.job(uri.query);
    return job ? jobHelp(job) : t('This job is not known any more.');
  }

  /** Shows a page; as plain text where the Markdown preview is switched off. */
  async show(page: HelpPage): Promise<void> {
    if (page.kind === 'job') await this.stores.jobs.readDetails(page.jobId);
    const uri = vscode.Uri.from({
      scheme: HELP_SCHEME,
      path: page.kind === 'agent' ? '/vm-agent.md' : '/troubleshooting.md',
      query: page.kind === 'job' ? page.jobId : '',
    });
    try {
      await vscode.commands.executeCommand('markdown.showPreview', uri);
    } catch {
      await vscode.window.showTextDocument(uri, { preview: true });
    }
  }
}
