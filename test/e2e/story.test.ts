import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkbenchServer } from '../workbench/server.mjs';
import { openSession, type Session } from './support/session';
import type { Workbench } from './support/workbench';

/** The packaged extension in a real workbench: from nothing to a restored disk, each step as a person does it. */
describe('the story of a first backup', function () {
  this.timeout(120_000);
  this.bail(true);
  let session: Session;
  let server: WorkbenchServer;
  let workbench: Workbench;

  before(async () => {
    session = await openSession();
    ({ server, workbench } = session);
  });
  after(async () => {
    await session?.close();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.shot('failed');
  });

  it('offers the sample lab to somebody who has nothing yet', async () => {
    await workbench.showContainer();
    await workbench.page.getByText('Protect a VM disk in two minutes, offline.').waitFor();
    await workbench.shot('01-welcome');
    await workbench.page.getByRole('button', { name: 'Try the sample lab' }).first().click();
    await workbench.row(/^sample-web, machine, not protected/).waitFor();
    await workbench.row(/^sample-db, machine, not protected/).waitFor();
    await workbench.option(/Name: sample-vault/).waitFor();
    await workbench.shot('02-sample-lab');
  });

  it('enables backup: goal, a new vault with its recovery key, a policy by the form, machines, summary', async () => {
    // Not what is suggested, but each answer by hand.
    await workbench.page.keyboard.press('Escape');
    await workbench.run('VM Backup: Enable Backup…');
    await workbench.step(/Enable backup \(1\//);
    await workbench.choose(/Virtual machines on this computer/);

    await workbench.typeAt(/Create vault \(1\//, '2-vaults');
    await workbench.quickInput.getByText(/start with a letter/i).waitFor();
    await workbench.shot('03-vault-name-rule');
    await workbench.typeAt(/Create vault \(1\//, 'home-vault');
    await workbench.enter();
    for (const next of [/sample-lab/, /This computer/, /Locally redundant/i, /Create, The recovery key/])
      await workbench.choose(next);
    await workbench.dialog.getByText('Recovery key of vault home-vault').waitFor();
    assert.match(await workbench.dialog.innerText(), /VMB1-[0-9A-Z-]{20,}/);
    await workbench.shot('04-recovery-key');
    await workbench.dialog.getByRole('button', { name: 'Done' }).click();

    await workbench.step(/Enable backup \(\d/);
    await workbench.shot('05-policy-step');
    await workbench.choose(/Create new policy/);
    const form = workbench.panel();
    await form.getByRole('heading', { level: 1 }).waitFor();
    await form.getByRole('textbox', { name: 'Name' }).fill('nightly');
    await workbench.shot('06-policy-form');
    assert.deepEqual(await workbench.panelAccessibility(), []);
    await form.getByRole('button', { name: 'Save' }).click();

    await workbench.step(/Enable backup \(\d/);
    await workbench.choose(/nightly/);
    for (const name of ['sample-web', 'sample-db']) await workbench.line(name).click();
    await workbench.quickInput.getByText('2 Selected').waitFor();
    await workbench.shot('07-machines-step');
    await workbench.enter();
    await workbench.quickInput.getByRole('option', { name: /Back up now/ }).waitFor();
    await workbench.shot('08-enable-summary');
    await workbench.choose(/^\S*\s*Enable backup/);
    await workbench.row(/^sample-web, machine, Warning \(Initial backup pending\)/i).waitFor();
    await workbench.shot('09-initial-backup-pending');
  });

  it('backs up now from the toast and follows the job to Completed', async () => {
    await workbench.page.locator('.notification-toast').getByRole('button', { name: 'Back up now' }).click();
    await workbench.quickInput.getByRole('option', { name: /30 days \(default\)/ }).waitFor();
    await workbench.shot('10-keep-until');
    await workbench.choose(/30 days \(default\)/);
    await workbench.row(/^Backup sample-web, .*completed/i).click();
    await workbench.panel().getByText('Completed').first().waitFor();
    await workbench.shot('11-first-backup');
    assert.deepEqual(await workbench.panelAccessibility(), []);
    await workbench.row(/^sample-web, machine, .*1 point/).waitFor();
  });

  it('stores only what changed in a second backup', async () => {
    await workbench.run('VM Backup: Sample Lab: Change Some Files');
    await workbench
      .toast(/changed|rewritten|files/i)
      .first()
      .waitFor();
    await workbench.shot('12-files-changed');
    await workbench.act(/^sample-web, machine/, 'Back Up Now…');
    await workbench.choose(/30 days \(default\)/);
    await workbench.row(/^sample-web, machine, .*2 points/).waitFor();
    await workbench.row(/^Backup sample-web, .*completed/i).click();
    await workbench.panel().getByText('Completed').first().waitFor();
    await workbench.shot('13-second-backup');
  });

  it('restores the newest point; the restored file is the source, byte for byte', async () => {
    const target = join(server.home, 'restored');
    await workbench.act(/^sample-web, machine/, 'Restore…');
    const form = workbench.panel();
    await form.getByRole('heading', { level: 1, name: 'Restore sample-web' }).waitFor();
    await form.getByRole('textbox', { name: 'Folder' }).fill('restored');
    await form.getByText('The folder is not complete.').waitFor();
    await workbench.shot('14-restore-problem');
    await form.getByRole('textbox', { name: 'Folder' }).fill(target);
    await form.getByText('It can be written.').waitFor();
    await workbench.shot('15-restore-form');
    assert.deepEqual(await workbench.panelAccessibility(), []);
    await form.getByRole('button', { name: 'Restore', exact: true }).click();
    await workbench.toast('The disks of sample-web are restored.').waitFor();
    // The job takes the place of the form.
    await workbench
      .panel()
      .getByRole('heading', { level: 1, name: /Restore/ })
      .waitFor();
    await workbench.panel().getByText('Completed').first().waitFor();
    await workbench.shot('16-restored');
    assert.deepEqual(await workbench.panelAccessibility(), []);
    const [restored = ''] = filesBelow(target, '.raw');
    const [source = ''] = filesBelow(server.home, join('lab', 'sample-web', 'disk.img'));
    assert.equal(sha256(restored), sha256(source));
  });

  it('shows the vault with its tiles, in dark, light and high contrast', async () => {
    await workbench.run('VM Backup: Open Vault Dashboard');
    const panel = workbench.panel();
    await panel.getByRole('heading', { level: 1, name: 'home-vault' }).waitFor();
    await workbench.run('Notifications: Clear All Notifications');
    for (const [theme, kind] of [
      ['Dark Modern', 'vs-dark'],
      ['Light Modern', 'vs'],
      ['Dark High Contrast', 'hc-black'],
    ] as const) {
      await workbench.chooseTheme(theme, kind);
      await workbench.shot(`17-vault-${kind}`);
      assert.deepEqual(await workbench.panelAccessibility(), [], theme);
    }
  });

  it('made no request off this computer and broke no content security policy', () => {
    assert.deepEqual(workbench.external, []);
    assert.deepEqual(workbench.violations, []);
  });
});

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** Paths of files below a folder whose name ends so. */
function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));
}
