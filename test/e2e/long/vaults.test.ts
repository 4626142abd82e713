import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { waitFor } from '../../support/waitFor';
import type { WorkbenchServer } from '../../workbench/server.mjs';
import { openSession, type Session } from '../support/session';
import type { Workbench } from '../support/workbench';

/**
 * The packaged extension in a real workbench: a vault, its second site, an edit of its policy, and the vault's return from that
 * site alone once everything else is lost.
 */
describe('a vault and its second site', function () {
  this.timeout(240_000);
  this.bail(true);
  let session: Session;
  let server: WorkbenchServer;
  let workbench: Workbench;
  let recoveryKey: string;
  /** SHA-256 of the machine's disk as it was backed up. */
  let disk: string;

  before(async () => {
    session = await openSession({}, (started) => {
      server = started;
      useDataFolder(undefined); // watched from the start
    });
    ({ workbench } = session);
  });
  after(async () => {
    await session?.close();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.shot('vaults-failed');
  });

  it('says that a geo-redundant vault without a pair lacks its second site', async () => {
    await workbench.showContainer();
    await workbench.run('VM Backup: Create Vault…');
    await workbench.typeAt(/Create vault \(1\/5/, 'home-vault');
    await workbench.enter();
    await workbench.enterAt(/Create vault \(2\/5/);
    await workbench.quickInput.getByRole('option', { name: /This computer.* free.*no second site/ }).waitFor();
    await workbench.shot('vaults-1-location');
    for (const next of [/This computer/, /Geo-redundant/, /Create, The recovery key/]) await workbench.choose(next);
    recoveryKey = await shownKey();
    await workbench.row(/^home-vault, vault, second site missing · geo-redundant/).waitFor();
    await workbench.shot('vaults-2-second-site-missing');
  });

  it('adds the second site as a step of its own, and shows the copy', async () => {
    await workbench.page.locator('.notification-toast').getByRole('button', { name: 'Set storage redundancy' }).click();
    await workbench.quickInput.getByRole('option', { name: /in use.*there is only one copy/ }).waitFor();
    await workbench.shot('vaults-3-redundancy');
    await workbench.choose(/Add a second site/);
    await workbench.typeAt(/Add a site \(1\/4/, 'attic');
    await workbench.enter();
    await workbench.typeAt(/Add a site \(2\/4/, join(server.home, 'attic'));
    await workbench.enter();
    await workbench.step(/Add a site \(3\/4/);
    await workbench.shot('vaults-4-pair');
    await workbench.choose(/This computer/);
    await workbench.choose(/^\S*\s*Add site/);
    await workbench.quickInput.getByRole('option', { name: /in use.*second site attic/ }).waitFor();
    await workbench.shot('vaults-5-redundancy-with-site');
    await workbench.page.keyboard.press('Escape');
    await workbench.row(/^home-vault, vault, 0 machines/).waitFor();
  });

  it('edits a policy in its form', async () => {
    await workbench.run('VM Backup: Edit Policy…');
    await workbench.choose(/DefaultPolicy/);
    const form = workbench.panel();
    await form.getByRole('heading', { level: 1, name: 'Edit backup policy' }).waitFor();
    await form.getByLabel('Days to keep daily points').fill('14');
    await workbench.shot('vaults-6-policy-edit');
    assert.deepEqual(await workbench.panelAccessibility(), []);
    await form.getByRole('button', { name: 'Save policy' }).click();
    await workbench.toast('The policy DefaultPolicy is saved in vault home-vault.').waitFor();
    await workbench.row(/^home-vault, vault/).click();
    await workbench
      .panel()
      .getByText(/second site attic/)
      .waitFor();
    await workbench.shot('vaults-7-dashboard');
    assert.deepEqual(await workbench.panelAccessibility(), []);
  });

  it('copies the first backup of a machine to the second site', async () => {
    await workbench.run('VM Backup: Try the Sample Lab');
    for (const next of [/Virtual machines on this computer/, /home-vault/, /DefaultPolicy/])
      await workbench.choose(next);
    await workbench.quickInput.getByText('2 Selected').waitFor();
    await workbench.enter();
    await workbench.choose(/^\S*\s*Enable backup/);
    await workbench.page.locator('.notification-toast').getByRole('button', { name: 'Back up now' }).click();
    await workbench.choose(/30 days \(default\)/);
    for (const name of ['web', 'db'])
      await workbench.row(new RegExp(`^Backup sample-${name}, .*completed`, 'i')).waitFor();
    await workbench.row(/^home-vault, vault/).click();
    await waitFor('the copy to be complete', async () => {
      await workbench.panel().getByRole('button', { name: 'Refresh' }).click();
      return workbench.panel().getByText('The copy at the second site attic is complete.').isVisible();
    });
    await workbench.shot('vaults-8-copied');
    disk = sha256(fileBelow(server.home, join('lab', 'sample-web', 'disk.img')));
  });

  it('opens the vault from its second site alone, by its recovery key, when the computer is lost', async () => {
    await loseTheComputer();
    await workbench.page.getByRole('button', { name: 'Open an existing vault' }).click();
    await workbench.typeAt(/Open existing vault \(1\/3/, join(server.home, 'attic'));
    await workbench.shot('vaults-9-open-existing');
    await workbench.enter();
    await workbench.typeAt(/Open existing vault \(2\/3/, recoveryKey.slice(0, -1));
    await workbench.shot('vaults-10-recovery-key');
    await workbench.enter();
    await workbench.step(/Open existing vault \(3\/3/);
    await workbench.shot('vaults-11-owner');
    await workbench.choose(/No: take it over/);

    await workbench.quickInput.getByText(/a digit is missing or mistyped/).waitFor();
    await workbench.shot('vaults-12-wrong-key');
    await workbench.quickInput.getByRole('textbox').first().fill(recoveryKey);
    await workbench.enter();
    await workbench.toast('The vault home-vault is open: 2 machines · 2 points.').waitFor();
    await workbench.row(/^home-vault, vault, /).waitFor();
    await workbench.row(/^sample-web, machine, stopped · 1 point kept forever/).waitFor();
    // The page that was open for the vault of the lost computer goes on with the one of now.
    await workbench.panel().getByRole('heading', { level: 1, name: 'home-vault' }).waitFor();
    await workbench.shot('vaults-13-opened');
  });

  it('restores the machine from it, byte for byte', async () => {
    const target = join(server.home, 'restored');
    await workbench.act(/^sample-web, machine/, 'Restore…');
    const form = workbench.panel();
    await form.getByRole('heading', { level: 1, name: 'Restore sample-web' }).waitFor();
    await form.getByRole('textbox', { name: 'Folder' }).fill(target);
    await form.getByRole('button', { name: 'Restore', exact: true }).click();
    await workbench.toast('The disks of sample-web are restored.').waitFor();
    assert.equal(sha256(fileBelow(target, '.raw')), disk);
  });

  it('makes a new recovery key and shows it once', async () => {
    await workbench.run('VM Backup: Rotate Recovery Key…');
    await workbench.dialog.getByText('Make a new recovery key for vault home-vault?').waitFor();
    await workbench.shot('vaults-14-rotate');
    await workbench.dialog.getByRole('button', { name: 'Rotate recovery key' }).click();
    await workbench.dialog.getByText('Recovery key of vault home-vault').waitFor();
    await workbench.shot('vaults-15-new-key');
    assert.notEqual(await shownKey(), recoveryKey);
  });

  /** The recovery key that the dialog shows, which is closed then. */
  async function shownKey(): Promise<string> {
    const done = workbench.dialog.getByRole('button', { name: 'Done' });
    await done.waitFor();
    const [key = ''] = /VMB1-[0-9A-Z-]{20,}/.exec(await workbench.dialog.innerText()) ?? [];
    assert.notEqual(key, '');
    await done.click();
    return key;
  }

  /** The window goes on with an empty data folder; the engine that it had, and all that this engine knew, are gone. */
  async function loseTheComputer(): Promise<void> {
    const endpoint = fileBelow(server.home, 'endpoint.json');
    const { pid }: { pid: number } = JSON.parse(readFileSync(endpoint, 'utf8'));
    useDataFolder(join(server.home, 'new-computer'));
    await workbench.page.getByRole('button', { name: 'Open an existing vault' }).waitFor();
    process.kill(pid, 'SIGKILL');
    rmSync(dirname(endpoint), { recursive: true, maxRetries: 5 });
  }

  /** Sets the folder of the engine's data, a setting of the computer; `undefined` is the extension's own. */
  function useDataFolder(path: string | undefined): void {
    const folder = join(server.home, 'data/Machine');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'settings.json'), JSON.stringify({ 'vmbackup.local.dataPath': path }));
  }
});

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** The file below a folder whose path ends so. */
function fileBelow(folder: string, ending: string): string {
  const name = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((path) => path.endsWith(ending));
  assert.ok(name, `no file ${ending} below ${folder}`);
  return join(folder, name);
}
