import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import type { WorkbenchServer } from '../workbench/server.mjs';
import { openSession, type Session } from './support/session';
import type { Workbench } from './support/workbench';

const MOST_CLICKS = 8;
const MOST_MS = 120_000;

/** Somebody who has just installed the extension, reads the buttons only, and never touches the keyboard. */
describe('a newcomer', function () {
  this.timeout(2 * MOST_MS);
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
    if (this.currentTest?.state === 'failed') await workbench.shot('walkthrough-failed');
  });

  it(`reaches a restored disk in at most ${MOST_CLICKS} clicks and ${MOST_MS / 1000} seconds`, async () => {
    let clicks = 0;
    const click = async (place: Locator): Promise<void> => {
      clicks++;
      await place.click();
    };
    const { page, quickInput } = workbench;
    const started = performance.now();
    await click(page.locator('.activitybar').getByRole('tab', { name: 'VM Backup' }));
    await click(page.getByRole('button', { name: 'Try the sample lab' }).first());
    await click(quickInput.getByRole('option', { name: /^\S*\s*Create, The recovery key/ }));
    await click(workbench.dialog.getByRole('button', { name: 'Done' }));
    await workbench.option(/Back up now: yes/).waitFor();
    await workbench.shot('walkthrough-1-confirm');
    await click(quickInput.getByRole('option', { name: /^\S*\s*Enable backup/ }));

    // Rows stay where they are once both backups have ended.
    for (const name of ['db', 'web']) await workbench.row(new RegExp(`^sample-${name}, machine, .*1 point`)).waitFor();
    const machine = workbench.row(/^sample-web, machine/);
    await machine.hover();
    await click(machine.getByRole('button', { name: 'Restore…' }));
    await click(workbench.panel().getByRole('button', { name: 'Restore', exact: true }));
    await workbench.toast('The disks of sample-web are restored.').waitFor();
    const took = performance.now() - started;
    await workbench.shot('walkthrough-2-restored');

    const [restored = ''] = filesBelow(join(server.home, 'Restored'), '.raw');
    const [source = ''] = filesBelow(server.home, join('lab', 'sample-web', 'disk.img'));
    assert.ok(readFileSync(restored).equals(readFileSync(source)), 'the restored disk differs from its source');
    assert.ok(clicks <= MOST_CLICKS, `${clicks} clicks`);
    assert.ok(took <= MOST_MS, `${Math.round(took)} ms`);
  });
});

/** Paths of files below a folder whose name ends so. */
function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));
}
