import '../ui/zod';
import { html, type TemplateResult } from 'lit';
import type { Accepted } from '../../src/messages/protocol';
import { type VaultRequest, type VaultSnapshot, vaultProtocol } from '../../src/messages/vault';
import type { VaultStringKey } from '../../src/messages/vaultStrings';
import { type Page, type PageContext, startPage } from '../ui/page';
import { alertsView, coverageView, historyView } from './coverageView';
import { dashboardStyles } from './dashboardStyles';
import { failedPartsView, headerView, itemsView, jobsView, tilesView, type VaultViewContext } from './vaultView';

class VaultPage implements Page<VaultSnapshot> {
  private snapshot: VaultSnapshot | undefined;
  private refreshing = false;

  constructor(private readonly context: PageContext<VaultRequest, Accepted, VaultStringKey>) {}

  accept(snapshot: VaultSnapshot): void {
    this.snapshot = snapshot;
  }

  render(): TemplateResult {
    if (!this.snapshot) {
      return html``;
    }
    const { texts, times, lang } = this.context;
    const view: VaultViewContext = {
      snapshot: this.snapshot,
      texts,
      times,
      lang,
      refreshing: this.refreshing,
      send: (request) => void this.send(request),
    };
    return html`<main>
      ${headerView(view)} ${failedPartsView(view)} ${tilesView(view)} ${alertsView(view)} ${itemsView(view)}
      ${historyView(view)} ${coverageView(view)} ${jobsView(view)}
      <p class="visually-hidden" role="status">${this.refreshing ? texts.t('action.refreshing') : ''}</p>
    </main>`;
  }

  private async send(request: VaultRequest): Promise<void> {
    if (request.action === 'refresh') {
      this.refreshing = true;
      this.context.update();
    }
    await this.context.request(request);
    if (request.action === 'refresh') {
      this.refreshing = false;
      this.context.update();
    }
  }
}

startPage(
  vaultProtocol,
  (context: PageContext<VaultRequest, Accepted, VaultStringKey>) => new VaultPage(context),
  dashboardStyles,
);
