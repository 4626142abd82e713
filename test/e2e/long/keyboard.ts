import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { waitFor } from '../../support/waitFor';
import type { Workbench } from '../support/workbench';
import type { Hands, View } from './paths';

const VIEWS: Record<View, string> = { machines: 'Machines', vaults: 'Vaults', jobs: 'Jobs' };
/** More of one key than this would be no way to get anywhere. */
const MOST_KEYS = 60;
/** A key that moves the keyboard has done so by then. */
const MOVED_WITHIN_MS = 1000;

/** What has the keyboard. */
interface Focused {
  /** What it is called; of a list, the line that the keys have reached. Empty if it is nothing but the window or a page. */
  readonly name: string;
  /** Name of the list, if it is one. */
  readonly list: string;
  /** Whether a line around it shows where the keyboard is. */
  readonly ringed: boolean;
  /** Whether it lies in the page of a panel. */
  readonly inPanel: boolean;
}

/** Uses the window by the keys alone, and counts what a mouse or a finger does to it. */
export class Keyboard implements Hands {
  presses = 0;

  private constructor(readonly workbench: Workbench) {}

  /** Loads the window anew, watched from the start. */
  static async in(workbench: Workbench): Promise<Keyboard> {
    const keyboard = new Keyboard(workbench);
    const { page } = workbench;
    await page.exposeFunction('pressed', () => {
      keyboard.presses += 1;
    });
    await page.addInitScript(tellPresses);
    await page.reload();
    // Once its icon is there its commands are, too; a palette that is open before does not get them.
    await page.locator('.activitybar').getByRole('tab', { name: 'VM Backup' }).waitFor();
    return keyboard;
  }

  async command(title: string): Promise<void> {
    await this.keys('F1');
    await this.workbench.quickInput.getByRole('textbox').waitFor();
    await this.page.keyboard.type(title);
    await this.choose(new RegExp(`^${title.replaceAll('.', '\\.')}`));
  }

  async focusView(view: View): Promise<void> {
    await this.command(`VM Backup: Focus on ${VIEWS[view]} View`);
  }

  async open(view: View, row: RegExp): Promise<void> {
    await this.goToRow(view, row);
    await this.keys('Enter');
  }

  async act(view: View, row: RegExp, action: string): Promise<void> {
    await this.goToRow(view, row);
    await this.keys('Shift+F10');
    await this.page.getByRole('menuitem', { name: action }).waitFor();
    await this.walk('ArrowDown', ({ name }) => name === action);
    await this.keys('Enter');
    await this.page.getByRole('menuitem', { name: action }).waitFor({ state: 'detached' });
  }

  async choose(line: RegExp): Promise<void> {
    await this.workbench.option(line).waitFor();
    await this.walk('ArrowDown', ({ name }) => line.test(name));
    await this.keys('Enter');
  }

  async tick(lines: readonly string[]): Promise<void> {
    for (const name of lines) {
      await this.workbench.line(name).waitFor();
      await this.walk('ArrowDown', (focused) => focused.name.startsWith(name));
      await this.keys('Space');
      await this.workbench
        .line(name)
        .and(this.page.getByRole('checkbox', { checked: true }))
        .waitFor();
    }
  }

  async answer(step: RegExp, text?: string): Promise<void> {
    await this.workbench.step(step);
    if (text !== undefined) {
      await this.keys('ControlOrMeta+A');
      await this.page.keyboard.type(text);
    }
    await this.keys('Enter');
    await this.workbench.quickInput.locator('.quick-input-title').getByText(step).waitFor({ state: 'hidden' });
  }

  async confirm(button: string): Promise<void> {
    await this.workbench.dialog.getByRole('button', { name: button }).waitFor();
    await this.walk('Tab', ({ name }) => name === button);
    await this.keys('Enter');
    await this.workbench.dialog.waitFor({ state: 'detached' });
  }

  async press(button: RegExp): Promise<void> {
    await this.workbench.panel().getByRole('button', { name: button }).first().waitFor();
    await this.walk('F6', ({ inPanel }) => inPanel);
    await this.walk('Tab', ({ name, inPanel }) => inPanel && button.test(name));
    assert.ok((await this.focused()).ringed, `${button} has the keyboard and does not show it`);
    await this.keys('Enter');
  }

  /** The calendar begins with its day, so that the arrows are enough. */
  async chooseDay(): Promise<void> {
    const day = /^\w+, \w+ \d+, \d{4}$/;
    await this.reached('the chosen day to have the keyboard', ({ name, inPanel }) => inPanel && day.test(name));
    await this.keys('PageDown');
    await this.walk('ArrowLeft', ({ name }) => / 15, /.test(name));
    assert.ok((await this.focused()).ringed, 'a day has the keyboard and does not show it');
    await this.keys('Enter');
  }

  async leave(): Promise<void> {
    await this.keys('Escape');
    await this.workbench.quickInput.waitFor({ state: 'hidden' });
  }

  /** The keyboard is somewhere, which a person can see. */
  async look(name: string): Promise<void> {
    // What opens or closes may take a moment to hand it on.
    await this.reached(
      `something to have the keyboard at "${name}"`,
      (focused) => focused.name !== '' || focused.inPanel,
    );
    await this.workbench.shot(`keyboard-${name}`);
  }

  private get page(): Page {
    return this.workbench.page;
  }

  private async keys(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  private async goToRow(view: View, row: RegExp): Promise<void> {
    await this.focusView(view);
    await this.workbench.row(row).waitFor();
    await this.reached('the view to have the keyboard', ({ list }) => list === VIEWS[view]);
    await this.keys('Home');
    await this.walk('ArrowDown', ({ name }) => row.test(name));
    assert.ok((await this.focused()).ringed, `${row} has the keyboard and does not show it`);
  }

  /** Presses a key until what has the keyboard is what is looked for. */
  private async walk(key: string, isThere: (focused: Focused) => boolean): Promise<void> {
    const passed = new Set<string>();
    for (let count = 0; count < MOST_KEYS; count++) {
      const focused = await this.focused();
      if (isThere(focused)) return;
      passed.add(focused.name);
      await this.keys(key);
      await this.moved(focused);
    }
    throw new Error(`${key} did not get there, only to: ${[...passed].join(' | ')}`);
  }

  /** Waits until something else has the keyboard; at the end of a list nothing else will. */
  private async moved(from: Focused): Promise<void> {
    const before = JSON.stringify(from);
    const end = Date.now() + MOVED_WITHIN_MS;
    while (JSON.stringify(await this.focused()) === before && Date.now() < end);
  }

  private async reached(what: string, isThere: (focused: Focused) => boolean): Promise<void> {
    await waitFor(what, async () => isThere(await this.focused()));
  }

  private async focused(): Promise<Focused> {
    let frame = this.page.mainFrame();
    for (;;) {
      const element = (await frame.evaluateHandle(() => document.activeElement)).asElement();
      const inner = await element?.contentFrame();
      if (!inner) return { ...(await frame.evaluate(describeFocus)), inPanel: frame !== this.page.mainFrame() };
      frame = inner;
    }
  }
}

/** Runs in a document: what has the keyboard there. */
function describeFocus(): Omit<Focused, 'inPanel'> {
  const chain: Element[] = [];
  for (let at = document.activeElement; at; at = at.shadowRoot?.activeElement ?? null) chain.unshift(at);
  const pointed = chain.flatMap((element) => {
    const id = element.getAttribute('aria-activedescendant');
    return (id && document.getElementById(id)) || [];
  });
  const candidates = [...pointed, ...chain].filter((element) => element !== document.body);
  const names = candidates.map((element) =>
    (element.getAttribute('aria-label') ?? element.textContent ?? '').replaceAll(/\s+/g, ' ').trim(),
  );
  const ringed = candidates
    .map((element) => getComputedStyle(element))
    .some(
      ({ outlineStyle, outlineWidth, boxShadow }) =>
        (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0) || boxShadow !== 'none',
    );
  return {
    name: names.find((name) => name !== '') ?? '',
    list: pointed.length > 0 || chain[0]?.matches('.monaco-list') ? (chain[0]?.getAttribute('aria-label') ?? '') : '',
    ringed,
  };
}

/** Runs in every document before its scripts: tells of each press of a mouse or a finger that a person made. */
function tellPresses(): void {
  // oxlint-disable-next-line unicorn/consistent-function-scoping -- the function goes into the page alone
  const tell = (event: PointerEvent) => {
    if (event.isTrusted) void window.pressed();
  };
  const watch = () => window.addEventListener('pointerdown', tell, true);
  watch();
  // A panel's page is written into its document, which forgets its listeners by that.
  // oxlint-disable-next-line typescript/unbound-method -- the proxy calls it with its document
  Document.prototype.open = new Proxy(Document.prototype.open, {
    apply: (open, opened: Document, given: unknown[]) => {
      const result: unknown = Reflect.apply(open, opened, given);
      watch();
      return result;
    },
  });
}

declare global {
  interface Window {
    pressed(): Promise<void>;
  }
}
