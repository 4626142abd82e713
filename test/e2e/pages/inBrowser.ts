import { type Browser, chromium } from 'playwright-core';
import { PANELS, type PanelName } from '../../../src/messages/panelNames';
import { WIDE } from './looks';
import { bundlePage, type Look, type OpenedPage, type OpenPlan, openPage } from './openPage';

/** The pages of a suite, in one plain browser. */
export interface InBrowser {
  /** What each page loads, once the suite has begun. */
  readonly scripts: ReadonlyMap<PanelName, string>;
  /** Opens a page with a fake host; it is closed when its test ends. */
  readonly open: (panel: PanelName, plan: OpenPlan, look?: Look) => Promise<OpenedPage>;
}

/** Gives the suite that calls it a browser and the bundled pages. */
export function inBrowser(): InBrowser {
  const scripts = new Map<PanelName, string>();
  let browser: Browser;
  before(async () => {
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
    for (const panel of PANELS) scripts.set(panel, await bundlePage(panel));
  });
  after(() => browser?.close());
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
  });
  const open: InBrowser['open'] = (panel, plan, look = WIDE) =>
    openPage(browser, panel, scripts.get(panel) ?? '', plan, look);
  return { scripts, open };
}
