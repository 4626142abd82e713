import { openSession, type Session } from '../support/session';
import type { Workbench } from '../support/workbench';

/** What the README shows, each in the window as somebody finds it; `npm run screenshots` keeps these pictures. */
describe('the pictures of the README', function () {
  this.timeout(240_000);
  this.bail(true);
  let session: Session;
  let workbench: Workbench;

  before(async () => {
    session = await openSession({ userSettings: { 'workbench.colorTheme': 'Default Dark Modern' } });
    ({ workbench } = session);
  });
  after(async () => {
    await session?.close();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.shot('pictures-failed');
  });

  it('the walkthrough, beside what is offered to somebody who has nothing yet', async () => {
    await workbench.showContainer();
    await workbench.run('VM Backup: Get Started');
    await workbench.page.locator('.gettingStartedContainer').getByText('Back it up').first().waitFor();
    await workbench.page.getByRole('button', { name: 'Create a vault' }).waitFor();
    await picture('walkthrough');
    await workbench.run('View: Close Editor');
  });

  it('the sample lab, backed up twice', async () => {
    await workbench.page.getByRole('button', { name: 'Try the sample lab' }).first().click();
    await workbench.choose(/Create, The recovery key/);
    await workbench.dialog.getByRole('button', { name: 'Done' }).click();
    await workbench.option(/Back up now: yes/).waitFor();
    await workbench.choose(/^\S*\s*Enable backup/);
    for (const name of ['db', 'web']) await workbench.row(new RegExp(`^sample-${name}, machine, .*1 point`)).waitFor();
    await workbench.run('VM Backup: Sample Lab: Change Some Files');
    await workbench.toast(/files were changed/).waitFor();
    await workbench.act(/^sample-web, machine/, 'Back Up Now…');
    await workbench.choose(/30 days \(default\)/);
    await workbench.row(/^sample-web, machine, .*2 points/).waitFor();
  });

  it('the dashboard of a vault', async () => {
    await workbench.run('VM Backup: Open Vault Dashboard');
    await workbench.panel().getByRole('heading', { level: 1, name: 'sample-vault' }).waitFor();
    await workbench
      .panel()
      .getByText(/\d completed/)
      .first()
      .waitFor();
    await picture('vault');
  });

  it('a machine with its recovery points', async () => {
    await workbench.row(/^sample-web, machine/).click();
    await workbench.panel().getByRole('slider', { name: 'Recovery points over time' }).waitFor();
    await picture('machine');
  });

  it('a job', async () => {
    await workbench.row(/^Backup sample-web, .*completed/i).click();
    await workbench
      .panel()
      .getByText(/^Read 64 MB/)
      .waitFor();
    await picture('job');
  });

  it('all jobs', async () => {
    await workbench.run('VM Backup: Open Jobs List');
    await workbench.panel().locator('vmb-virtual-grid').getByText('sample-db').first().waitFor();
    await picture('jobs');
  });

  it('the restore form, with what was checked', async () => {
    await workbench.act(/^sample-web, machine/, 'Restore…');
    await workbench.panel().getByText('It can be written.').waitFor();
    await workbench.panel().getByText('Nothing stands in the way.').first().waitFor();
    await picture('restore');
  });

  it('the policy form beside its preview', async () => {
    await workbench.run('VM Backup: Create Policy…');
    const form = workbench.panel();
    await form.getByRole('textbox', { name: 'Name' }).fill('nightly');
    await workbench.run('View: Toggle Primary Side Bar Visibility'); // room for both
    await form.getByRole('heading', { name: 'Next runs' }).waitFor();
    await picture('policy');
    await workbench.run('View: Toggle Primary Side Bar Visibility');
  });

  /** A picture without messages over it, and with the pointer on nothing. */
  async function picture(name: string): Promise<void> {
    const toasts = workbench.page.locator('.notification-toast');
    if ((await toasts.count()) > 0) await workbench.run('Notifications: Clear All Notifications');
    await toasts.first().waitFor({ state: 'detached' });
    await workbench.page.mouse.move(0, 0);
    await workbench.quickInput.waitFor({ state: 'hidden' });
    await workbench.shot(`readme-${name}`);
  }
});
