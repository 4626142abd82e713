import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { seedSmall } from '../support/dress/seeds';
import { startTlsCloud, type TlsCloud } from '../support/dress/tlsServer';
import { vsix } from '../workbench/paths.mjs';
import { launchBrowser, startServer, type WorkbenchServer } from '../workbench/server.mjs';
import { cloudSettings, packageSignIn } from '../workbench/signIn.mjs';
import { Workbench } from './support/workbench';

/**
 * The packaged extension in a real workbench, signed in to an Azure of two tenants and three subscriptions by VS Code's own
 * sign-in; only the account and the cloud behind it are the tests'.
 */
describe('Azure', function () {
  this.timeout(240_000);
  this.bail(true);
  let folder: string;
  let azure: TlsCloud;
  let server: WorkbenchServer;
  let browser: Browser;
  let workbench: Workbench;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'azure-'));
    azure = await startTlsCloud(folder, { brokenTenant: true });
    const [production] = azure.cloud.subscriptions;
    assert.ok(production);
    await seedSmall(production.world, 'eastus');
    server = await startServer({
      vsix,
      helpers: [await packageSignIn()],
      env: { NODE_EXTRA_CA_CERTS: azure.authorityFile },
      userSettings: cloudSettings(azure.cloud.origin),
    });
    browser = await launchBrowser();
    workbench = await Workbench.open(browser, server);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
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
    await workbench.shot('azure-1-subscriptions');
    await workbench.enter();
    await workbench.row(/^ann@contoso\.example, Azure account, 3 subscriptions/).waitFor();
    await workbench.row(/^Contoso Production, subscription, 1 vault/).waitFor();
    await workbench.row(/^home, vault, 1 machine/).waitFor();
    await workbench.shot('azure-2-vaults');
  });
});
