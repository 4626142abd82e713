import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { vsix } from '../../../scripts/paths.mjs';
import { packageHelper } from '../../workbench/helper.mjs';
import { launchBrowser, startServer, workbenchUrl } from '../../workbench/server.mjs';
import { SEED } from './seed.mjs';

const PATIENCE_MS = 60_000;

/**
 * Uses the views of a workbench as a person does, over an engine's data folder.
 * @param folder where the profile and the meter's socket are put
 * @returns the steps, each with the ms until it was on the screen and the longest the host's event loop was held up in it, and
 *   the delays over the whole walk
 */
export async function walkWorkbench(folder, data) {
  const socket = join(folder, 'loop.sock');
  const home = join(folder, 'home');
  mkdirSync(join(home, 'project'), { recursive: true });
  const server = await startServer({
    vsix,
    helpers: [await packageHelper('loop-meter')],
    home,
    env: { VMBACKUP_LOOP_METER: socket },
    userSettings: { 'vmbackup.local.dataPath': data },
  });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(workbenchUrl(server, { folder: join(home, 'project') }));
    await page.locator('.monaco-workbench').waitFor();
    const container = page.locator('.activitybar').getByRole('tab', { name: 'VM Backup' });
    await container.waitFor();
    const walk = new Walk(page, (what) => ask(socket, what));
    await walk.begin();
    await walkViews(walk, container);
    return { steps: walk.steps, whole: await ask(socket, 'whole') };
  } finally {
    await browser.close();
    await server.stop();
  }
}

class Walk {
  steps = [];

  constructor(page, meter) {
    this.page = page;
    this.meter = meter;
  }

  /** The meter answers once the extension host has started. */
  async begin() {
    for (const end = Date.now() + PATIENCE_MS; ; await this.page.waitForTimeout(100)) {
      try {
        await this.meter('begin');
        return;
      } catch (error) {
        if (Date.now() > end) throw error;
      }
    }
  }

  async step(name, ...work) {
    await this.meter('step');
    const begun = performance.now();
    for (const part of work) await part();
    const took = performance.now() - begun;
    const { worst } = await this.meter('step');
    this.steps.push({ name, took, worst });
  }

  row(name) {
    return this.page.getByRole('treeitem', { name }).first();
  }

  /** Opens a row by its twistie. */
  twist(name) {
    return this.row(name).locator('.monaco-tl-twistie').click();
  }

  get box() {
    return this.page.locator('.quick-input-widget');
  }

  /** Opens the box that a command asks in; typing into it is what is measured. */
  async command(title) {
    await this.page.keyboard.press('F1');
    await this.box.getByRole('textbox').fill(`>${title}`);
    await this.box.getByRole('option', { name: title }).first().click();
    await this.box.getByRole('option', { name: title }).waitFor({ state: 'detached' });
  }

  panel() {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }
}

async function walkViews(walk, container) {
  const { page } = walk;
  await walk.step(
    'Machines, first paint, with the start of the engine',
    () => container.click(),
    () => walk.row(/^vm\d+, machine/).waitFor(),
  );
  await walk.step('Vaults, painted beside them', () => walk.row(/^home-vault, vault/).waitFor());
  await walk.step('Jobs, painted beside them', () => walk.row(/^(Backup|Restore) vm\d+/).waitFor());
  await walk.step(
    "Expanding a vault's machines",
    () => walk.twist(/^home-vault, vault/),
    () => walk.twist(/^Protected VMs|^Backup items/),
    () =>
      page
        .getByRole('treeitem', { name: /^seed, machine|^vm\d+, machine/ })
        .last()
        .waitFor(),
  );
  await walk.step('Folding the vault', () => walk.twist(/^home-vault, vault/));
  await walk.command('VM Backup: Filter Machines…');
  await walk.box.getByRole('textbox').fill(SEED);
  await walk.step(
    'Filtering machines by a word',
    () => page.keyboard.press('Enter'),
    () => walk.row(new RegExp(`^${SEED}, machine`)).waitFor(),
  );
  await walk.step(
    'Expanding a machine and the points of its newest day',
    () => walk.twist(new RegExp(`^${SEED}, machine`)),
    () => walk.twist(/^Recovery points/),
    () => walk.twist(/^(?!Recovery points).*, [\d,]+ points$/),
    () => walk.row(/, recovery point, /).waitFor(),
  );
  await walk.step(
    'Opening the page of a machine with its timeline',
    () => walk.row(new RegExp(`^${SEED}, machine`)).click(),
    () => walk.panel().getByRole('slider', { name: 'Recovery points over time' }).waitFor(),
  );
  await walk.command('VM Backup: Clear Filter of Machines');
  await walk.command('VM Backup: Open Jobs List');
  await walk.step('Opening the list of all jobs', () =>
    walk.panel().locator('vmb-virtual-grid .grid-rows [role=row]').first().waitFor(),
  );
  await walk.step('Scrolling to the end of that list', () => scroll(walk, 'End'));
  await walk.step('Scrolling back to its beginning', () => scroll(walk, 'Home'));
  const seed = walk.row(new RegExp(`^${SEED}, machine`));
  await walk.command('VM Backup: Filter Machines…');
  await walk.box.getByRole('textbox').fill(SEED);
  await page.keyboard.press('Enter');
  await walk.row(/^vm\d+, machine/).waitFor({ state: 'detached' });
  await seed.hover();
  await seed.getByRole('button', { name: 'Back Up Now…' }).click();
  await walk.step(
    'Backing up a machine, until its job is shown as completed',
    () => walk.box.getByRole('option', { name: /30 days \(default\)/ }).click(),
    () => walk.row(new RegExp(`^Backup ${SEED}, .*in progress`, 'i')).waitFor(),
    () => walk.row(new RegExp(`^Backup ${SEED}, .*completed`, 'i')).waitFor(),
  );
  await walk.step(
    'Opening the dashboard of the vault',
    () => walk.row(/^home-vault, vault/).click(),
    () => walk.panel().getByRole('heading', { level: 1, name: 'home-vault' }).waitFor(),
  );
}

/** Goes to an end of the list in front. */
async function scroll(walk, key) {
  const rows = walk.panel().locator('vmb-virtual-grid .grid-rows');
  await rows.getByRole('row').first().focus();
  await walk.page.keyboard.press(key);
  const here = rows.locator('[role=row]:focus').getByRole('gridcell', { name: /\S/ });
  await here.first().waitFor();
}

/** One question to the meter in the extension host. */
async function ask(socket, what) {
  const connection = createConnection(socket);
  await once(connection, 'connect');
  connection.write(what);
  return JSON.parse(await text(connection));
}
