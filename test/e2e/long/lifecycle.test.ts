import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../support/waitFor';
import { root } from '../../workbench/paths.mjs';
import { openSession, type Session } from '../support/session';
import type { Workbench } from '../support/workbench';

/** One machine from its protection to the deletion of its vault: every wizard that a machine or a vault has after its first backup. */
describe('the life of a protected machine', function () {
  this.timeout(240_000);
  this.bail(true);
  let folder: string;
  let session: Session;
  let workbench: Workbench;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'life-'));
    const data = join(folder, 'backup');
    protectOneMachine(data);
    session = await openSession({ home: folder, userSettings: { 'vmbackup.local.dataPath': data } });
    ({ workbench } = session);
    await workbench.showContainer();
    try {
      await workbench.row(/^web-01, machine, protected/).waitFor();
    } catch (error) {
      await workbench.shot('lifecycle-failed');
      throw error;
    }
  });
  after(async () => {
    await session?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.shot('lifecycle-failed');
  });

  it('is given another policy, which says that its points follow it', async () => {
    await fromRow('Change Policy…');
    await workbench.choose(/EnhancedPolicy.*Every 4 hours/);
    await workbench.dialog.getByText('The recovery points that are there follow the new policy').waitFor();
    await workbench.dialog.getByRole('button', { name: 'Change policy' }).click();
    await workbench.toast(/The policy EnhancedPolicy now applies to web-01/).waitFor();
  });

  it('leaves a disk out of its backups, which its row says', async () => {
    await fromRow('Choose Disks to Back Up…');
    await workbench.quickInput.getByText('2 Selected').waitFor();
    await workbench.line('web-01-data1').click();
    await workbench.quickInput.getByText('1 Selected').waitFor();
    await workbench.shot('lifecycle-disks');
    await workbench.enter();
    await workbench.toast(/1 of 2 disks of web-01 are left out from the next backup on/).waitFor();
    await workbench.expand(/^web-01, machine/);
    await workbench.row(/^web-01-data1, disk of web-01, .*not backed up/).waitFor();
  });

  it('stops, with its points kept, and resumes', async () => {
    await fromRow('Stop Protection…');
    await workbench.shot('lifecycle-stop');
    await workbench.choose(/Keep backup data.*1 point, 2 MB kept/);
    await workbench.row(/^web-01, machine, stopped/).waitFor();
    await fromRow('Resume Protection…');
    await workbench.choose(/DefaultPolicy/);
    await workbench.row(/^web-01, machine, protected/).waitFor();
  });

  it('has a vault whose deleted data is kept for the days that its settings say', async () => {
    await workbench.run('VM Backup: Vault Settings…');
    await workbench.option(/Immutability.*off/).waitFor();
    await workbench.option(/Cross-region restore.*off/).waitFor();
    await workbench.shot('lifecycle-settings');
    await workbench.choose(/Soft delete.*on, 14 days/);
    await workbench.choose(/^\S*\s*Kept for some days(?!, always)/);
    await workbench.typeAt(/Soft delete of home-vault/, '7');
    await workbench.quickInput.getByText('Enter a whole number from 14 to 180.').waitFor();
    await workbench.typeAt(/Soft delete of home-vault/, '30');
    await workbench.enter();
    await workbench.option(/Soft delete.*on, 30 days/).waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  it('is deleted only once its name is typed, and is there to be undeleted', async () => {
    await fromRow('Stop Protection…');
    await workbench.choose(/Delete backup data.*kept soft-deleted for 30 days/);
    await workbench.typeAt(/Delete backup data/, 'web-01');
    await workbench.enter();
    await workbench.row(/^web-01, machine, soft-deleted/).waitFor();
  });

  it('keeps its vault from being deleted, whose checklist brings it back', async () => {
    await workbench.run('VM Backup: Delete Vault…');
    await workbench.option(/no protected machines/).waitFor();
    await workbench.option(/Delete home-vault.*once nothing above stands in the way/).waitFor();
    await workbench.shot('lifecycle-delete-vault');
    await workbench.choose(/1 soft-deleted item.*Undelete…/);
    await workbench.option(/1 protected machine/).waitFor();
    await workbench.page.keyboard.press('Escape');
    await workbench.row(/^web-01, machine, stopped/).waitFor();
  });

  it('is in the protection report, which goes to a file of its owner alone', async () => {
    await workbench.run('VM Backup: Export Protection Report…');
    await workbench.choose(/Markdown/);
    await workbench.step(/Save the protection report/);
    const path = workbench.quickInput.getByRole('textbox').first();
    // The dialog reads its folder first, and then proposes a name.
    const file = await waitFor('the proposed name', async () => /^.*\.md$/.exec(await path.inputValue())?.[0]);
    await workbench.enter();
    await workbench.toast(new RegExp(`The protection report is ${file}`)).waitFor();
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.match(
      readFileSync(file, 'utf8'),
      /\| web\\-01 \| This computer \| local \| stopped, data kept \| home\\-vault \|/,
    );
  });

  it('asked nobody outside of this computer', () => {
    assert.deepEqual(workbench.external, []);
    assert.deepEqual(workbench.violations, []);
  });

  /** Chooses an entry of the context menu of the machine's row. */
  async function fromRow(entry: string): Promise<void> {
    await workbench.actFromMenu(workbench.row(/^web-01, machine/), entry);
  }

  /** Makes a data folder with a vault, and a machine in it that has one recovery point. */
  function protectOneMachine(data: string): void {
    mkdirSync(data, { recursive: true });
    const images = ['system', 'logs'].map((name) => join(folder, `${name}.img`));
    for (const image of images) writeFileSync(image, randomBytes(1024 ** 2));
    const vmBackup = (...args: string[]) =>
      execFileSync(process.execPath, [join(root, 'dist/cli.js'), '--data', data, ...args], { stdio: 'pipe' });
    vmBackup('vault', 'create', 'home-vault');
    vmBackup('machine', 'add', 'web-01', ...images.flatMap((image) => ['--disk', image]));
    vmBackup('protect', 'web-01', '--vault', 'home-vault');
    vmBackup('backup', 'web-01');
    assert.ok(existsSync(join(data, 'catalog.db')));
  }
});
