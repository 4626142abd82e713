import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { pageHtml } from '../../messages/page';
import { type HostMessage, type PageMessage, type PanelKey, sameKey, savedStateSchema } from '../../messages/protocol';
import { errorForLog, failureOf, isCancelled } from '../model/failure';
import type { Life } from '../model/life';
import type { Log } from '../model/log';
import { shownZone } from '../model/timeDisplay';
import { displayLanguage, t, translated } from '../text';
import { noticeHtml } from './noticeHtml';
import type { PanelController, PanelKind } from './panelController';
import type { OpenForm } from './unsavedInput';

/** Type of the panels of a kind, for their serializer. */
export function panelViewType(name: string): string {
  return `vmbackup.${name}`;
}

/** Keeps the one panel of a kind: opening another thing of the kind shows it in the same panel. */
export class PanelHost<Snapshot, Request, Result> implements Life {
  private open: OpenPanel<Snapshot, Request, Result> | undefined;

  constructor(
    private readonly kind: PanelKind<Snapshot, Request, Result>,
    private readonly extensionUri: vscode.Uri,
    private readonly log: Log,
  ) {}

  /** Shows a thing. The keyboard stays where it is if `preserveFocus`, or goes to the page's element with the id `focus`. */
  show(key: PanelKey, options: { preserveFocus: boolean; focus?: string } = { preserveFocus: false }): void {
    if (this.open) {
      this.open.retarget(key, options.focus);
      this.open.panel.reveal(undefined, options.preserveFocus);
      return;
    }
    const place = { viewColumn: vscode.ViewColumn.Active, preserveFocus: options.preserveFocus };
    this.adopt(
      vscode.window.createWebviewPanel(panelViewType(this.kind.name), this.kind.name, place),
      key,
      options.focus,
    );
  }

  /**
   * Shows a form. What was entered in it for another thing is given up only if `mayLeave` says so.
   * @returns whether the thing is shown
   */
  async showForm(
    key: PanelKey,
    mayLeave: (form: OpenForm) => Promise<boolean>,
    options?: { preserveFocus: boolean; focus?: string },
  ): Promise<boolean> {
    if (this.open && !this.open.shows(key)) {
      const { panel, hasInput } = this.open;
      // What the question is about is to be seen.
      if (hasInput) panel.reveal();
      if (!(await mayLeave({ title: panel.title, hasInput }))) return false;
    }
    this.show(key, options);
    return true;
  }

  /** Takes back a panel after a reload of the window. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    const saved = savedStateSchema.safeParse(state);
    if (saved.success && !this.open) this.adopt(panel, saved.data.key);
    else panel.dispose();
  }

  /** Shows the open thing anew. */
  repaint(): void {
    this.open?.update();
  }

  close(): void {
    this.open?.panel.dispose();
  }

  /** Lets go of the panel without closing it: the window may be about to reload, and brings it back then. */
  dispose(): void {
    this.open?.dispose();
  }

  private adopt(panel: vscode.WebviewPanel, key: PanelKey, focus?: string): void {
    const open = new OpenPanel(panel, this.kind, this.extensionUri, this.log);
    this.open = open;
    panel.onDidDispose(() => {
      open.dispose();
      if (this.open === open) this.open = undefined;
    });
    open.retarget(key, focus);
  }
}

class OpenPanel<Snapshot, Request, Result> implements Life {
  private controller: PanelController<Snapshot, Request, Result> | undefined;
  private listening: Life | undefined;
  private key: PanelKey = {};
  private focus: string | undefined;
  private shown: 'nothing' | 'page' | 'notice' = 'nothing';
  private notice = '';
  private version = 0;
  private ready = false;
  private kept = false;

  constructor(
    readonly panel: vscode.WebviewPanel,
    private readonly kind: PanelKind<Snapshot, Request, Result>,
    private readonly extensionUri: vscode.Uri,
    private readonly log: Log,
  ) {
    panel.webview.options = { enableScripts: true, localResourceRoots: [this.webviewFolder] };
    panel.webview.onDidReceiveMessage((message: unknown) => void this.receive(message));
    panel.onDidChangeViewState(() => {
      // A hidden page is gone; it says "ready" again when it is back.
      if (!panel.visible) this.ready = false;
    });
  }

  /** True if the page keeps something that the person entered. */
  get hasInput(): boolean {
    return this.kept;
  }

  /** True if this is what the key names. */
  shows(key: PanelKey): boolean {
    return sameKey(this.key, key);
  }

  /** @param focus id of the element that has the keyboard once the page shows the thing */
  retarget(key: PanelKey, focus?: string): void {
    this.release();
    if (!this.shows(key)) this.kept = false;
    this.key = key;
    this.focus = focus;
    this.controller = this.kind.control(key);
    const { controller } = this;
    if (!controller) {
      this.showNotice(
        this.kind.name,
        t('This page cannot be shown any more. Close it and open it again from the VM Backup view.'),
      );
      return;
    }
    this.listening = controller.onDidChange(() => this.update());
    this.update();
    controller.load().catch((error: unknown) => {
      if (!isCancelled(error)) this.log.warn(`${this.kind.name} panel: ${errorForLog(error)}`);
    });
  }

  dispose(): void {
    this.release();
  }

  private release(): void {
    this.listening?.dispose();
    this.controller?.dispose();
    this.controller = undefined;
  }

  private get webviewFolder(): vscode.Uri {
    return vscode.Uri.joinPath(this.extensionUri, 'dist', 'webview');
  }

  /** Shows what the controller has now. */
  update(): void {
    const { controller } = this;
    if (!controller) return;
    this.panel.title = controller.title;
    const content = controller.content();
    if (content.kind === 'notice') {
      this.showNotice(controller.title, content.sentence);
      return;
    }
    if (this.shown !== 'page') this.showPage(controller.title);
    else if (this.ready) this.sendSnapshot(content.data);
  }

  private showNotice(title: string, sentence: string): void {
    if (this.shown === 'notice' && this.notice === sentence) return;
    this.shown = 'notice';
    this.notice = sentence;
    this.ready = false;
    this.panel.title = title;
    this.panel.webview.html = noticeHtml({ title, sentence, lang: displayLanguage() });
  }

  private showPage(title: string): void {
    this.shown = 'page';
    this.ready = false;
    const script = vscode.Uri.joinPath(this.webviewFolder, `${this.kind.name}.js`);
    this.panel.webview.html = pageHtml({
      nonce: randomBytes(16).toString('base64url'),
      scriptUri: this.panel.webview.asWebviewUri(script).toString(),
      title,
      panel: this.kind.name,
      strings: Object.fromEntries(Object.entries(this.kind.strings).map(([name, text]) => [name, translated(text)])),
      lang: displayLanguage(),
    });
  }

  private sendSnapshot(data: Snapshot): void {
    this.version += 1;
    const focus = this.focus === undefined ? {} : { focus: this.focus };
    this.focus = undefined;
    const timeZone = shownZone(this.controller?.policyZone?.());
    const zone = timeZone === undefined ? {} : { timeZone };
    this.send({ type: 'snapshot', version: this.version, key: this.key, ...focus, ...zone, data });
  }

  private send(message: HostMessage<Snapshot, Result>): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- VS Code's webviews have no origin to name
    void this.panel.webview.postMessage(message);
  }

  private async receive(message: unknown): Promise<void> {
    const parsed = this.kind.protocol.pageMessage.safeParse(message);
    if (!parsed.success) {
      this.log.warn(`${this.kind.name} panel: a message of an unknown shape was dropped`);
      return;
    }
    await this.answer(parsed.data);
  }

  private async answer(message: PageMessage<Request>): Promise<void> {
    const { controller } = this;
    if (message.type === 'ready') {
      this.ready = true;
      this.version = 0;
      this.update();
      return;
    }
    if (message.type === 'kept') {
      this.kept = true;
      return;
    }
    if (!controller) return;
    try {
      const result = await controller.handle(message.request);
      this.send({ type: 'reply', id: message.id, result });
      if (this.controller === controller && controller.closesAfter(result)) this.panel.dispose();
    } catch (error) {
      if (!isCancelled(error)) this.log.error(`${this.kind.name} panel: ${errorForLog(error)}`);
      this.send({ type: 'error', id: message.id, error: { ...failureOf(error) } });
    }
  }
}
