import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '../support/waitFor';
import type { WorkbenchServer } from '../workbench/server.mjs';
import { openSession, type Session } from './support/session';
import { Workbench } from './support/workbench';

const MIB = 1024 ** 2;
/** Large enough that a backup is still running when a window was closed and opened again. */
const DISK_MIB = 2048;
const COMPLETED = /^Backup big-01, .*completed/i;
const RUNNING = /^Backup big-01, .*in progress/i;

/** Jobs belong to the engine: windows come and go, and the engine itself may die. */
describe('windows and a dying engine', function () {
  this.timeout(180_000);
  this.bail(true);
  let session: Session;
  let server: WorkbenchServer;
  let workbench: Workbench;

  before(async () => {
    session = await openSession();
    ({ server, workbench } = session);
    makeDisk(join(server.home, 'big-01.img'), DISK_MIB);
  });
  after(async () => {
    await session?.close();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.shot('failed-windows');
  });

  it('adds a disk image by its path and protects it', async () => {
    await workbench.showContainer();
    await workbench.page.getByRole('button', { name: 'Add a disk image…' }).click();
    await workbench.choose(/Type a path/);
    await workbench.typeAt(/Add disk image \(2\//, join(server.home, 'no-such-file.img'));
    await workbench.enter();
    for (const step of [/\(3\//, /\(4\//, /\(5\//]) await workbench.enterAt(step);
    await workbench.toast(/There is no file .*no-such-file\.img/).waitFor();
    await workbench.shot('20-unknown-file');

    await workbench.run('VM Backup: Add Disk Image…');
    await workbench.choose(/Type a path/);
    await workbench.typeAt(/Add disk image \(2\//, join(server.home, 'big-01.img'));
    await workbench.enter();
    for (const step of [/\(3\//, /\(4\//, /\(5\//]) await workbench.enterAt(step);
    await workbench.row(/^big-01, machine, not protected/).waitFor();

    await workbench.act(/^big-01, machine/, 'Enable Backup…');
    await workbench.choose(/Virtual machines on this computer/);
    await workbench.typeAt(/Create vault \(1\//, 'big-vault');
    for (const step of [/\(1\//, /\(2\//, /\(3\//, /\(4\//, /\(5\//]) await workbench.enterAt(step);
    await workbench.dialog.getByRole('button', { name: 'Done' }).click();
    await workbench.choose(/DefaultPolicy/);
    await workbench.quickInput.getByText('1 Selected').waitFor();
    await workbench.enter();
    await workbench.quickInput.getByRole('option', { name: /Back up now/ }).waitFor();
    await workbench.enter();
    await workbench.row(/^big-01, machine, Warning \(Initial backup pending\)/i).waitFor();
  });

  it('shows a job as it is in a second window, and goes on when both are closed', async () => {
    await backUp();
    await workbench.row(RUNNING).click();
    await workbench.panel().getByRole('button', { name: 'Cancel' }).waitFor();
    await workbench.shot('21-job-running');
    assert.deepEqual(await workbench.panelAccessibility(), []);

    const second = await Workbench.open(session.browser, server);
    await second.showContainer();
    await second.row(/^Backup big-01, /).waitFor();
    await second.close();
    await workbench.close();

    workbench = await Workbench.open(session.browser, server);
    await workbench.showContainer();
    await workbench.row(COMPLETED).waitFor({ timeout: 60_000 });
    await workbench.row(/^big-01, machine, .*1 point/).waitFor();
    await workbench.shot('22-after-closing');
  });

  it('says in one sentence that the engine stopped, and what to do, when it dies in the middle of a job', async () => {
    makeDisk(join(server.home, 'big-01.img'), DISK_MIB);
    await backUp();
    await workbench.row(RUNNING).click();
    await workbench.panel().getByRole('button', { name: 'Cancel' }).waitFor();
    process.kill(enginePid(server.home), 'SIGKILL');
    await workbench.row(/^Backup big-01, .*failed/i).waitFor({ timeout: 60_000 });
    await workbench.row(/^Backup big-01, .*failed/i).click();
    await workbench
      .panel()
      .getByText(/stopped at \d+ %/)
      .first()
      .waitFor();
    await workbench.shot('23-engine-died');
    assert.deepEqual(await workbench.panelAccessibility(), []);
    await workbench.row(/^big-01, machine, .*failed/i).waitFor();
  });

  it('has the engine run again in the next window, though nobody looks at a view', async () => {
    await workbench.close();
    const gone = enginePid(server.home);
    process.kill(gone, 'SIGKILL');
    await waitFor('the engine to be gone', () => !existsSync(join('/proc', String(gone))));

    workbench = await Workbench.open(session.browser, server);
    await workbench.page.getByRole('button', { name: /^VM Backup: .*1 need/i }).waitFor();
    assert.notEqual(enginePid(server.home), gone);
    await workbench.shot('24-engine-back');
  });

  async function backUp(): Promise<void> {
    await workbench.act(/^big-01, machine/, 'Back Up Now…');
    await workbench.choose(/30 days \(default\)/);
  }
});

/** Writes a disk of random bytes, different in every MiB. */
function makeDisk(path: string, mib: number): void {
  const file = openSync(path, 'w');
  const block = randomBytes(MIB);
  for (let i = 0; i < mib; i++) {
    block.writeUInt32LE(i, 0);
    for (let at = 4096; at < MIB; at += 4096) block.writeUInt32LE(i, at);
    writeSync(file, block);
  }
  closeSync(file);
}

function enginePid(home: string): number {
  const [file = ''] = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('endpoint.json'),
  );
  const endpoint: unknown = JSON.parse(readFileSync(join(home, file), 'utf8'));
  assert.ok(typeof endpoint === 'object' && endpoint !== null && 'pid' in endpoint && typeof endpoint.pid === 'number');
  return endpoint.pid;
}
