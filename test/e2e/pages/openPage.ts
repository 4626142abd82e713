import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { jobStrings } from '../../../src/messages/jobStrings';
import { jobsListStrings } from '../../../src/messages/jobsListStrings';
import { keepUntilStrings } from '../../../src/messages/keepUntilStrings';
import { machineStrings } from '../../../src/messages/machineStrings';
import { type PageStrings, pageHtml } from '../../../src/messages/page';
import type { PanelName } from '../../../src/messages/panelNames';
import { policyStrings } from '../../../src/messages/policyStrings';
import { restoreStrings } from '../../../src/messages/restoreStrings';
import { vaultStrings } from '../../../src/messages/vaultStrings';
import { type FakeHostPlan, installFakeHost } from './fakeHost';
import { THEMES, type ThemeName } from './themes';

const ORIGIN = 'http://page.test';
const SCREENSHOTS = 'out/screenshots/pages';
const STRINGS: Record<PanelName, PageStrings> = {
  job: jobStrings,
  jobsList: jobsListStrings,
  keepUntil: keepUntilStrings,
  machine: machineStrings,
  policy: policyStrings,
  restore: restoreStrings,
  vault: vaultStrings,
};

/** How a page is looked at. */
export interface Look {
  /** Language of the texts; English without one. */
  readonly lang?: 'zh-tw';
  readonly theme: ThemeName;
  readonly width: number;
  readonly height?: number;
  /** 2 shows everything at twice the size, as zoom does. */
  readonly zoom?: number;
  readonly forcedColors?: boolean;
  readonly timezone?: string;
  /** The page's clock obeys the test's `page.clock`. */
  readonly clock?: boolean;
}

export type OpenPlan = Pick<FakeHostPlan, 'snapshot'> & Partial<Pick<FakeHostPlan, 'key' | 'replies' | 'savedState'>>;

/** An opened page and what went wrong on it. */
export interface OpenedPage {
  readonly page: Page;
  /** Requests to anywhere but the page itself, errors of scripts, and refusals of the content security policy. */
  readonly problems: () => Promise<string[]>;
  /** The requests that the page sent, without its `ready`. */
  readonly requests: () => Promise<unknown[]>;
}

const chinese = JSON.parse(readFileSync('l10n/bundle.l10n.zh-tw.json', 'utf8')) as Record<string, string>;

/** The strings as the host translates them. */
function translated(strings: PageStrings): PageStrings {
  return Object.fromEntries(Object.entries(strings).map(([key, text]) => [key, chinese[text] ?? text]));
}

/** Bundles a page as the build does, and gives its text. */
export async function bundlePage(panel: PanelName): Promise<string> {
  const result = await build({
    entryPoints: [`webview/${panel}/main.ts`],
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    tsconfig: 'tsconfig.json',
    legalComments: 'none',
    write: false,
    logLevel: 'warning',
  });
  return result.outputFiles[0]?.text ?? '';
}

/** Opens a page with a fake host. Nothing is fetched: the two files come from here, everything else is refused. */
export async function openPage(
  browser: Browser,
  panel: PanelName,
  script: string,
  plan: OpenPlan,
  look: Look,
): Promise<OpenedPage> {
  const zoom = look.zoom ?? 1;
  const context = await browser.newContext({
    viewport: { width: Math.round(look.width / zoom), height: Math.round((look.height ?? 900) / zoom) },
    deviceScaleFactor: zoom,
    reducedMotion: 'reduce',
    forcedColors: look.forcedColors ? 'active' : 'none',
    timezoneId: look.timezone ?? 'Asia/Taipei',
    locale: look.lang ?? 'en-US',
  });
  const page = await context.newPage();
  if (look.clock) await page.clock.install();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      problems.push(message.text());
    }
  });
  const html = pageHtml({
    nonce: 'bm9uY2U',
    scriptUri: `${ORIGIN}/page.js`,
    title: 'VM Backup',
    panel,
    strings: look.lang ? translated(STRINGS[panel]) : STRINGS[panel],
    lang: look.lang ?? 'en',
  });
  await page.route('**/*', (route) => {
    const url = route.request().url();
    switch (url) {
      case `${ORIGIN}/`:
        return route.fulfill({ contentType: 'text/html', body: html });
      case `${ORIGIN}/page.js`:
        return route.fulfill({ contentType: 'text/javascript; charset=utf-8', body: script });
      case `${ORIGIN}/favicon.ico`:
        return route.abort();
      default:
        problems.push(`request to ${url}`);
        return route.abort();
    }
  });
  await page.addInitScript(installFakeHost, {
    ...THEMES[look.theme],
    key: { id: 'shown' },
    replies: {},
    ...plan,
  });
  await page.goto(`${ORIGIN}/`);
  await page.locator('main vscode-button').first().waitFor();
  return {
    page,
    problems: async () => [...problems, ...(await page.evaluate(() => window.fakeHost.violations))],
    requests: () =>
      page.evaluate(() => window.fakeHost.sent.flatMap((message) => (message.request ? [message.request] : []))),
  };
}

/** What axe finds wrong, one line each. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // A page has one frame: the mode that needs no second page for the results is enough, and twice as fast.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
  );
}

/** How far the page is wider than its window, in pixels. */
export function overflowX(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Keeps a picture of the whole page. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  // As high as its content, so that what sticks to the bottom of the window is at the bottom of the picture.
  const size = page.viewportSize();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width: size?.width ?? 1280, height: Math.max(height, size?.height ?? 0) });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}

/** Sends a snapshot and waits until the page has drawn it. */
export async function show(page: Page, snapshot: unknown): Promise<void> {
  await page.evaluate((data) => window.fakeHost.show(data), snapshot);
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
}

/** Id of what has the focus. */
export function focusedId(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.id);
}

/** What has the focus: its id, else the name of its group of radios, else its text. */
export function focusedName(page: Page): Promise<string> {
  return page.evaluate(() => {
    const focused = document.activeElement;
    return focused?.id || focused?.getAttribute('name') || focused?.textContent?.trim() || '';
  });
}
