import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DressServer, startDressServer } from '../support/dress/dressServer';
import { seedSmall } from '../support/dress/seeds';
import type { WorkbenchServer } from '../workbench/server.mjs';
import { cloudSettings, packageSignIn } from '../workbench/signIn.mjs';
import { assertNoSecretBelow, assertNoTokenIn } from './support/secrets';
import { openSession, type Session } from './support/session';
import type { Workbench } from './support/workbench';

/**
 * The packaged extension in a real workbench, signed in to an Azure of two tenants and three subscriptions by VS Code's own
 * sign-in; only the account and the cloud behind it are the tests'.
 */
describe('Azure', function () {
  this.timeout(240_000);
  this.bail(true);
  let folder: string;
  let azure: DressServer;
  let session: Session;
  let server: WorkbenchServer;
  let workbench: Workbench;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'azure-'));
    azure = await startDressServer(folder, { brokenTenant: true });
    const [production] = azure.cloud.subscriptions;
    assert.ok(production);
    await seedSmall(production.world, 'eastus');
    session = await openSession({
      helpers: [await packageSignIn()],
      env: { NODE_EXTRA_CA_CERTS: azure.authorityFile },
      userSettings: cloudSettings(azure.cloud.origin),
    });
    ({ server, workbench } = session);
  });
  after(async () => {
    await session?.close();
    await azure?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.shot('azure-failed');
  });

  it('signs in, asks which subscriptions, and shows them with their vaults below this computer’s', async () => {
    await workbench.showContainer();
    await workbench.run('VM Backup: Sign In to Azure');
    await workbench.dialog.getByRole('button', { name: 'Allow' }).click();
    await workbench.step('Select subscriptions');
    await workbench.quickInput.getByText('3 Selected').waitFor();
    await workbench.shot('azure-1-subscriptions');
    await workbench.enter();
    await workbench.row(/^ann@contoso\.example, Azure account, 3 subscriptions/).waitFor();
    await workbench.row(/^Contoso Production, subscription, 1 vault/).waitFor();
    await workbench.row(/^home, vault, 1 machine/).waitFor();
    await workbench.shot('azure-2-vaults');
  });

  it('enables backup of a machine that nobody protects, in a vault of its own subscription', async () => {
    await workbench.act(/^web-02, machine, not protected/, 'Enable Backup…');
    await workbench.step(/Enable backup \(1\/5/);
    await workbench.choose(/Virtual machines in Azure/);
    await workbench.step(/Enable backup \(2\/5/);
    await workbench.shot('azure-3-vault');
    await workbench.choose(/^home/);
    await workbench.choose(/DefaultPolicy/);
    await workbench.step(/Enable backup \(4\/5/);
    await workbench.quickInput.getByText('1 Selected').waitFor();
    await workbench.enter();
    await workbench.step(/Enable backup \(5\/5/);
    await workbench.shot('azure-4-summary');
    await workbench.choose(/^\S*\s*Enable backup/);
    await workbench.row(/^web-02, machine, Warning \(Initial backup pending\)/).waitFor();
  });

  it('backs it up and follows the job to its end', async () => {
    await workbench.act(/^web-02, machine/, 'Back Up Now…');
    await workbench.choose(/30 days \(default\)/);
    await workbench.row(/^Backup web-02, job, Completed/).waitFor();
    await workbench.row(/^web-02, machine, protected/).waitFor();
    await workbench.shot('azure-5-backed-up');
  });

  it('forgets everything when signing out', async () => {
    await workbench.run('VM Backup: Sign Out of Azure');
    await workbench.toast('has forgotten your Azure account').waitFor();
    await workbench.row(/^web-02/).waitFor({ state: 'detached' });
    await workbench.row(/Azure account/).waitFor({ state: 'detached' });
  });

  it('left no token in any file or on a page, and no subscription in any log', () => {
    const { signIn, subscriptions } = azure.cloud;
    const tokens = signIn.usedTokens;
    assert.ok(tokens.length > 1);
    const secrets = { tokens, subscriptions: subscriptions.map(({ id }) => id) };
    assertNoSecretBelow(server.home, secrets);
    assertNoTokenIn(workbench.shown, secrets);
  });
});
