import { type CSSResult, html, render, type TemplateResult } from 'lit';
import { PAGE_DATA_ID, PAGE_ROOT_ID, pageDataSchema } from '../../src/messages/page';
import type { PanelKey, PanelProtocol } from '../../src/messages/protocol';
import { HostBridge, RequestFailed, webviewApi } from './bridge';
import { pageStyles } from './styles';
import { Texts } from './texts';
import { TimeFormat } from './time';
import { registerToolkit } from './toolkit';

/** What a page works with once it runs. */
export interface PageContext<Request, Result, Key extends string> {
  readonly texts: Texts<Key>;
  readonly times: TimeFormat;
  readonly lang: string;
  /** Renders the page again. */
  update(): void;
  /** Sends a request. A refusal is shown on top of the page and gives `undefined`. */
  request(request: Request): Promise<Result | undefined>;
  pageState(): unknown;
  keep(page: unknown): void;
}

/** One page: takes snapshots in, gives its whole content out. */
export interface Page<Snapshot> {
  /** The host's new complete state. */
  accept(snapshot: Snapshot, key: PanelKey): void;
  /** The content; called after {@link accept} and after every `update()`. */
  render(): TemplateResult;
}

/** Starts a page: texts, styles, elements, host, first render. `styles` are those that only this page has. */
export function startPage<Snapshot, Request, Result, Key extends string>(
  protocol: PanelProtocol<Snapshot, Request, Result>,
  create: (context: PageContext<Request, Result, Key>) => Page<Snapshot>,
  ...styles: readonly CSSResult[]
): void {
  const data = pageDataSchema.parse(JSON.parse(requiredElement(PAGE_DATA_ID).textContent ?? ''));
  const texts = new Texts<Key>(data.strings);
  const times = new TimeFormat(data.lang);
  const root = requiredElement(PAGE_ROOT_ID);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, ...pageStyles(styles)];
  registerToolkit();

  let shown = false;
  let notice: RequestFailed | undefined;
  const update = () => {
    if (shown) {
      render(html`${noticeView(notice)}${page.render()}`, root);
    }
  };
  const bridge = new HostBridge(protocol, webviewApi(), {
    snapshot(snapshot, key, { focus, timeZone }) {
      times.showIn(timeZone);
      if (!shown) {
        shown = true;
        root.replaceChildren();
      }
      page.accept(snapshot, key);
      update();
      if (focus !== undefined) document.getElementById(focus)?.focus();
    },
    unreadable() {
      notice = new RequestFailed({ code: 'Unreadable', message: texts.of('page.unreadable', '') });
      update();
    },
  });
  const page = create({
    texts,
    times,
    lang: data.lang,
    update,
    async request(request) {
      try {
        notice = undefined;
        return await bridge.request(request);
      } catch (error) {
        notice =
          error instanceof RequestFailed ? error : new RequestFailed({ code: 'Unknown', message: String(error) });
        return undefined;
      } finally {
        update();
      }
    },
    pageState: () => bridge.pageState(),
    keep: (state) => bridge.keep(state),
  });
  const loading = requiredElement(PAGE_ROOT_ID).querySelector('p');
  if (loading) {
    loading.textContent = texts.of('page.loading', '');
  }
  bridge.start(window);
}

function noticeView(notice: RequestFailed | undefined): TemplateResult {
  return html`<div role="alert">
    ${notice ? html`<p class="banner error">${notice.message} ${notice.recommendation ?? ''}</p>` : ''}
  </div>`;
}

function requiredElement(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) {
    throw new Error(`The page has no element "${id}".`);
  }
  return element;
}
