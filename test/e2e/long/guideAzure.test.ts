import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { AzureWorld } from '../guide/azureWorld';
import { walkGuide } from '../guide/walk';
import { assertNoSecretBelow, assertNoTokenIn } from '../support/secrets';

walkGuide(
  'a subscription of Azure',
  () => AzureWorld.open(),
  (world) => {
    it('then restores disks from a row of a recovery point: only what Azure would take is offered, and it is asked first', async () => {
      const { workbench, staging } = world();
      await openRestore(world());
      const form = workbench.panel();
      await form.getByRole('radio', { name: 'Disks', exact: true }).waitFor();
      assert.deepEqual(await optionsOf(form, 'Staging storage account'), [
        'Choose a storage account',
        'near (many-group)',
      ]);
      await form.getByText('Not offered: 1 outside eastus, where the recovery point is.').waitFor();
      await form.getByText('No storage account is chosen.').waitFor();
      assert.equal(await form.getByRole('button', { name: 'Restore', exact: true }).isEnabled(), false);
      await workbench.shot('azure-restore-1-problem');
      await form.getByLabel('Staging storage account').selectOption('near (many-group)');
      await approved(form);
      await workbench.shot('azure-restore-2-disks');
      assert.deepEqual(await workbench.panelAccessibility(), []);
      await form.getByRole('button', { name: 'Restore', exact: true }).click();
      await workbench.row(/^Restore web-01, job, Completed/).waitFor();
      await workbench.panel().getByText('Completed').first().waitFor();
      await workbench.shot('azure-restore-3-job');
      const restored = hashes(filesBelow(staging));
      for (const hash of hashes(world().images('web-01', 1))) assert.ok(restored.includes(hash));
    });

    it('then restores a new machine, connected to a network of its location', async () => {
      const { workbench } = world();
      await openRestore(world());
      const form = workbench.panel();
      await form.getByRole('radio', { name: 'A new machine' }).check();
      await form.getByText('The new machine is connected to no subnet.').waitFor();
      assert.deepEqual(await optionsOf(form, 'Virtual network'), ['Choose a virtual network', 'near-net (many-group)']);
      await form.getByLabel('Staging storage account').selectOption('near (many-group)');
      await form.getByLabel('Resource group').selectOption('many-group');
      await form.getByLabel('Virtual network').selectOption('near-net (many-group)');
      await form.getByText('web-01-restored is free in many-group.').waitFor();
      await approved(form);
      await workbench.shot('azure-restore-4-machine');
      await form.getByRole('button', { name: 'Restore', exact: true }).click();
      await workbench
        .panel()
        .getByRole('heading', { level: 1, name: /web-01/ })
        .waitFor();
      await workbench.panel().getByText('Completed').first().waitFor();
      await workbench.row(/^web-01-restored, machine, not protected/).waitFor();
      await workbench.shot('azure-restore-5-new-machine');
    });

    it('left no token in any file or on a page, and no subscription in any log', () => {
      const { home, secrets, workbench } = world();
      assertNoSecretBelow(home, secrets);
      assertNoTokenIn(workbench.shown, secrets);
    });
  },
);

/** Opens the restore form of the only recovery point of web-01. */
async function openRestore({ workbench }: AzureWorld): Promise<void> {
  await workbench.run('VM Backup: Filter Machines…');
  await workbench.typeAt(/Filter machines/, 'web-01');
  await workbench.enter();
  await workbench.row(/^Protected, group, 1 entries/).waitFor();
  await workbench.expand(/^web-01, machine/);
  await workbench.expand(/^Recovery points/);
  await workbench.act(/, recovery point, /, 'Restore…');
  await workbench.panel().getByRole('heading', { level: 1, name: 'Restore web-01' }).waitFor();
}

/** Waits until Azure, which is asked about the form as it is, has found nothing. */
async function approved(form: FrameLocator): Promise<void> {
  const check = form.getByRole('listitem').filter({ hasText: 'Check by Azure' });
  await check.getByText('Nothing stands in the way.').waitFor();
  await form.getByRole('status').filter({ hasText: 'Nothing stands in the way.' }).waitFor();
}

async function optionsOf(form: FrameLocator, label: string): Promise<string[]> {
  const options = form.getByLabel(label).locator('option');
  await options.first().waitFor({ state: 'attached' });
  return options.allInnerTexts();
}

function hashes(paths: readonly string[]): string[] {
  return paths.map((path) => createHash('sha256').update(readFileSync(path)).digest('hex'));
}

function filesBelow(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  return files.map(({ parentPath, name }) => join(parentPath, name));
}
