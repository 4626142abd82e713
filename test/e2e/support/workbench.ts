import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Frame, FrameLocator, Locator, Page } from 'playwright-core';
import { root } from '../../workbench/paths.mjs';
import { type WorkbenchServer, workbenchUrl } from '../../workbench/server.mjs';

const shots = join(root, 'out/screenshots');

/** One window of a real workbench, driven as a person would: by what is visible. */
export class Workbench {
  readonly page: Page;
  /** Refusals of a content security policy, as the console tells them. */
  readonly violations: string[] = [];
  /** Requests that left this computer. */
  readonly external: string[] = [];
  /** The texts of the window and its panels at each picture. */
  readonly shown: string[] = [];

  private constructor(page: Page, serverUrl: string) {
    this.page = page;
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) this.violations.push(message.text());
    });
    page.on('response', (response) => {
      // Webview resources have a vscode-cdn.net address, but a service worker answers them from the extension host.
      const { protocol, hostname } = new URL(response.url());
      if (protocol.startsWith('http') && hostname !== '127.0.0.1' && !response.fromServiceWorker()) {
        this.external.push(response.url());
      }
    });
    page.on('requestfailed', (request) => {
      if (/^https?:/.test(request.url()) && !request.url().startsWith(serverUrl)) this.external.push(request.url());
    });
  }

  static async open(browser: Browser, server: WorkbenchServer): Promise<Workbench> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    // Long for a person; a computer that runs other tests beside this one may need it for a first start.
    context.setDefaultTimeout(60_000);
    const workbench = new Workbench(await context.newPage(), server.url);
    const folder = join(server.home, 'project');
    mkdirSync(folder, { recursive: true });
    await workbench.page.goto(workbenchUrl(server, { folder }));
    await workbench.page.locator('.monaco-workbench').waitFor();
    return workbench;
  }

  /** Opens the container in the side bar. */
  async showContainer(): Promise<void> {
    await this.page.locator('.activitybar').getByRole('tab', { name: 'VM Backup' }).click();
    await this.page
      .getByRole('button', { name: 'Machines Section' })
      .or(this.page.getByText('Machines', { exact: true }))
      .first()
      .waitFor();
  }

  /** A row of any of the views, by how its label begins. */
  row(name: string | RegExp): Locator {
    return this.page.getByRole('treeitem', { name }).first();
  }

  /** Clicks an action that a row shows under the pointer. */
  async act(name: string | RegExp, action: string): Promise<void> {
    await this.row(name).hover();
    await this.row(name).getByRole('button', { name: action }).click();
  }

  /** Opens a row by its twistie: a click on the row would open its page, which may take the keys from the tree. */
  async expand(name: string | RegExp): Promise<void> {
    const closed = this.page.locator('[role=treeitem][aria-expanded=false]').and(this.row(name));
    const opened = this.page.locator('[role=treeitem][aria-expanded=true]').and(this.row(name));
    await closed.or(opened).waitFor();
    if (await closed.isVisible()) await closed.locator('.monaco-tl-twistie').click();
    await opened.waitFor();
  }

  /** Chooses an action of a row's context menu; by a key, because a menu that has just opened takes no click. */
  async actFromMenu(row: Locator, action: string): Promise<void> {
    await row.click({ button: 'right' });
    const item = this.page.getByRole('menuitem', { name: action });
    await item.hover();
    await this.page.keyboard.press('Enter');
    await item.waitFor({ state: 'detached' });
  }

  /** Runs a command from the palette by its title. */
  async run(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.quickInput.getByRole('textbox').fill(`>${title}`);
    await this.quickInput.getByRole('option', { name: title }).first().click();
  }

  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget');
  }

  /** A line of a picker of several, by how it begins. */
  line(name: string): Locator {
    return this.quickInput.getByRole('checkbox', { name: new RegExp(`^${name}`) }).first();
  }

  /** Waits for a step of a wizard, by its title and what its box asks. */
  async step(title: string | RegExp): Promise<void> {
    await this.quickInput.locator('.quick-input-title').getByText(title).waitFor();
  }

  /** A line of a picker, by what its label has in it. */
  option(name: string | RegExp): Locator {
    return this.quickInput.getByRole('option', { name }).first();
  }

  async choose(option: string | RegExp): Promise<void> {
    // Where the pointer rests, the text of a line is shown as a hint, which would cover the next line.
    await this.page.mouse.move(0, 0);
    await this.option(option).click();
  }

  /** Types into the box of a step, once the step is there. */
  async typeAt(title: string | RegExp, text: string): Promise<void> {
    await this.step(title);
    await this.quickInput.getByRole('textbox').first().fill(text);
  }

  async enter(): Promise<void> {
    await this.page.keyboard.press('Enter');
  }

  /** Takes what a step of a wizard suggests, once the step is there. */
  async enterAt(title: string | RegExp): Promise<void> {
    await this.step(title);
    await this.enter();
  }

  /** Takes the line that a step of a wizard suggests, once the step is there and that line is the active one. */
  async enterOn(title: string | RegExp, option: string | RegExp): Promise<void> {
    await this.step(title);
    await this.quickInput.locator('.monaco-list-row.focused').filter({ hasText: option }).waitFor();
    await this.enter();
  }

  toast(text: string | RegExp): Locator {
    return this.page.locator('.notification-toast').filter({ hasText: text });
  }

  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** The document of the panel in front. */
  panel(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  async shot(name: string): Promise<void> {
    mkdirSync(shots, { recursive: true });
    await this.page.screenshot({ path: join(shots, `${name}.png`) });
    for (const frame of this.page.frames()) {
      const text = await frame.evaluate(() => document.body?.innerText).catch(() => undefined); // a frame may just be closed
      if (text) this.shown.push(text);
    }
  }

  /** What axe finds in the panel in front; throws when it did not look inside. */
  async panelAccessibility(): Promise<{ id: string; targets: unknown[] }[]> {
    const axe = new AxeBuilder({ page: this.page }).include(['iframe.webview.ready', 'iframe#active-frame', 'body']);
    // Of itself it gives a frame one second to load the rules and then leaves it out, which a busy computer exceeds.
    axe['inject'] = async (frames: Frame[]) => {
      for (const frame of frames) {
        await frame.evaluate(axe['script']());
        await frame.evaluate(await axe['axeConfigure']());
      }
    };
    const { violations, passes } = await axe.analyze();
    if (passes.length === 0) throw new Error('axe did not look inside the panel');
    return violations.map(({ id, nodes }) => ({ id, targets: nodes.map((node) => node.target) }));
  }

  /** Chooses a color theme and waits until the window has its kind (`vs-dark`, `vs`, `hc-black`). */
  async chooseTheme(name: string, kind: string): Promise<void> {
    await this.run('Preferences: Color Theme');
    await this.quickInput.getByRole('textbox').fill(name);
    await this.choose(new RegExp(`^${name}`));
    await this.page.locator(`.monaco-workbench.${kind}`).waitFor();
  }

  /** Closes the window, as a person closing the tab does. */
  async close(): Promise<void> {
    await this.page.context().close();
  }
}
