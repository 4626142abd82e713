import assert from 'node:assert/strict';
import type { Workbench } from '../support/workbench';
import type { Hands, View } from './paths';

/** Where the window shows texts of the extension beside its panels, without what VS Code adds to them. */
const OURS = [
  '.sidebar .pane-header .title',
  '.sidebar .pane-body .message',
  '.sidebar .welcome-view-content',
  '.sidebar .monaco-list-row',
  '.quick-input-title',
  '.quick-input-list .monaco-list-row',
  '.notification-toast .notification-list-item-message',
  '.notification-toast .notification-list-item-buttons-container',
  '.monaco-dialog-box .dialog-message-text',
  '.monaco-dialog-box .dialog-message-detail',
  '.monaco-dialog-box .dialog-buttons',
  '.tabs-container .tab .label-name',
  '.statusbar-item[id^="vm-backup"]',
].join();

/** What VS Code writes on a message of progress, which cannot be told from a button of ours. */
const NOT_OURS = ['Cancel'];

/** Where what is spoken, or hinted at in a box, is ours too. */
const SPOKEN = '.sidebar .monaco-list-row, .quick-input-box input';

/** Names, units, and what Azure itself says in Latin letters in its Chinese edition. */
const LATIN =
  `VM Backup|VM|Azure|UTC|Linux|Windows|DefaultPolicy|EnhancedPolicy|min|KB|MB|GB|Enter|Shift|Page Up|Page Down|PM|CSV
|web-01|web-01-os|web-vault|home-vault|vm-backup|sample-lab|sample-web|sample-db|local`.split(/\s*\|/);
const RECOVERY_KEY = /VMB1-[0-9A-Z-]+/;

/** Uses the window with the mouse, and looks at each step: is every text in Chinese, and can each panel be used by everybody? */
export class Reader implements Hands {
  constructor(readonly workbench: Workbench) {}

  async command(title: string): Promise<void> {
    await this.workbench.run(title);
  }

  async open(_view: View, row: RegExp): Promise<void> {
    await this.workbench.row(row).click();
  }

  async act(_view: View, row: RegExp, action: string): Promise<void> {
    await this.workbench.actFromMenu(this.workbench.row(row), action);
  }

  async choose(line: RegExp): Promise<void> {
    await this.workbench.choose(line);
  }

  async tick(lines: readonly string[]): Promise<void> {
    for (const name of lines) await this.workbench.line(name).click();
  }

  async answer(step: RegExp, text?: string): Promise<void> {
    if (text === undefined) await this.workbench.step(step);
    else await this.workbench.typeAt(step, text);
    await this.workbench.enter();
    await this.workbench.quickInput.locator('.quick-input-title').getByText(step).waitFor({ state: 'hidden' });
  }

  async confirm(button: string): Promise<void> {
    await this.workbench.dialog.getByRole('button', { name: button }).click();
    await this.workbench.dialog.waitFor({ state: 'detached' });
  }

  async press(button: RegExp): Promise<void> {
    await this.workbench.panel().getByRole('button', { name: button }).first().click();
  }

  async chooseDay(): Promise<void> {
    const panel = this.workbench.panel();
    await panel.getByRole('button', { name: '下個月' }).click();
    await panel.getByRole('gridcell', { name: /15日/ }).click();
  }

  async leave(): Promise<void> {
    await this.workbench.page.keyboard.press('Escape');
  }

  async look(name: string): Promise<void> {
    await this.workbench.shot(`chinese-${name}`);
    const panels = this.workbench.page.locator('iframe.webview.ready');
    const hasPanel = await panels.isVisible();
    const texts = [...(await this.shown()), ...(hasPanel ? await this.shownInPanel() : [])];
    assert.ok(texts.length > 0, `nothing is shown at "${name}"`);
    assert.deepEqual(texts.filter(hasEnglish), [], `English at "${name}"`);
    if (hasPanel) assert.deepEqual(await this.workbench.panelAccessibility(), [], `the panel at "${name}"`);
  }

  /** Texts of the extension in the window itself. */
  private async shown(): Promise<string[]> {
    const { page } = this.workbench;
    const texts = await page.locator(OURS).evaluateAll(textsOf, []);
    return [...texts, ...(await page.locator(SPOKEN).evaluateAll(labelsOf))];
  }

  /** Texts of the panel in front, but for the lines of a job's log, which are English everywhere. */
  private async shownInPanel(): Promise<string[]> {
    const page = this.workbench.panel().locator('main');
    const texts = await page.evaluateAll(textsOf, ['.log']);
    return [...texts, ...(await page.locator('[aria-label], [title], [placeholder]').evaluateAll(labelsOf))];
  }
}

/** Whether a text has English in it besides names. */
function hasEnglish(text: string): boolean {
  if (NOT_OURS.includes(text)) return false;
  const names = LATIN.toSorted((a, b) => b.length - a.length);
  const left = names.reduce((rest, name) => rest.replaceAll(name, ''), text.replace(RECOVERY_KEY, ''));
  return /[A-Za-z]{2}/.test(left);
}

/** Runs in a document: each text below these elements that can be seen, without those below `left`. */
function textsOf(elements: Element[], left: string[]): string[] {
  const found = elements.flatMap((element) => {
    const texts: string[] = [];
    const nodes = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
      const parent = node.parentElement;
      const isLeft = left.some((selector) => parent?.closest(selector));
      if (!isLeft && parent?.checkVisibility()) texts.push(node.textContent ?? '');
    }
    return texts;
  });
  return [...new Set(found.flatMap((text) => text.replaceAll(/\s+/g, ' ').trim() || []))];
}

/** Runs in a document: what is spoken of these elements, and hinted at. */
function labelsOf(elements: Element[]): string[] {
  return elements.flatMap((element) =>
    element.checkVisibility()
      ? ['aria-label', 'title', 'placeholder'].flatMap((name) => element.getAttribute(name) ?? [])
      : [],
  );
}
