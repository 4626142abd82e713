import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '../../support/waitFor';
import { openSession, type Session } from '../support/session';
import { Keyboard } from './keyboard';
import { MACHINE_PATH, VAULT_PATH, type Words } from './paths';

const ENGLISH: Words = {
  addImage: { command: 'VM Backup: Add Disk Image…', title: 'Add disk image', typePath: /Type a path…/ },
  sampleLab: 'VM Backup: Try the Sample Lab',
  createVault: { command: 'VM Backup: Create Vault…', title: 'Create vault', create: /Create, The recovery key/ },
  setRedundancy: 'VM Backup: Set Storage Redundancy…',
  openVault: 'VM Backup: Open Vault Dashboard',
  geoRedundant: /Geo-redundant storage/,
  locallyRedundant: /Locally redundant storage/,
  inUse: /Geo-redundant storage.*in use/,
  done: 'Done',
  enableBackup: {
    action: 'Enable Backup…',
    title: 'Enable backup',
    last: /^\S*\s*Enable backup/,
    button: /^Enable backup$/,
  },
  goal: /Virtual machines on this computer/,
  policy: /DefaultPolicy.*Daily at .*keeps daily points 30 days/,
  machines: 'Machines',
  machine: (name) => `${name}, machine, `,
  notProtected: 'not protected',
  pending: 'Warning (Initial backup pending)',
  onePoint: '1 point',
  backupJob: (machine) => `Backup ${machine}, job, `,
  completed: 'Completed',
  enabled: (machines) => `Backup is enabled for ${machines.join(', ')}. There is no recovery point yet`,
  backUpNow: { action: 'Back Up Now…', button: /^Back up now$/ },
  pickDate: /Pick a date…/,
  usualDays: /30 days \(default\)/,
  keptUntil: /^Kept until the end of .* 15, /,
  backUp: /^Back up$/,
  panels: {
    backupPolicy: 'Backup policy',
    nextRun: 'Next scheduled run',
    phases: 'Phases',
    onDemandUntil: /on demand, until \d{4}-\d{2}-15/,
    backupItems: /^Backup items/,
    jobs: /^Jobs in 24 h/,
    location: 'Location',
  },
};

/** Both paths of the guide in a real workbench by the keys alone: every step is reached, and what has the keyboard shows it. */
describe('the two paths of the guide, by keyboard only', function () {
  this.timeout(240_000);
  this.bail(true);
  let session: Session;
  let hands: Keyboard;
  let image: string;

  before(async () => {
    session = await openSession();
    image = join(session.server.home, 'web-01.img');
    writeFileSync(image, randomBytes(4 * 1024 ** 2));
    hands = await Keyboard.in(session.workbench);
  });
  after(async () => {
    await session?.close();
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await session.workbench.shot('keyboard-failed');
  });

  it('the container is shown by the command of its first view', async () => {
    await hands.focusView('machines');
    await session.workbench.page.getByText('Protect a VM disk in two minutes, offline.').waitFor();
  });

  for (const { shows, walk } of MACHINE_PATH) it(`one machine: ${shows}`, () => walk({ hands, words: ENGLISH, image }));
  for (const { shows, walk } of VAULT_PATH) it(`a vault: ${shows}`, () => walk({ hands, words: ENGLISH, image }));

  it('no mouse and no finger was used', async () => {
    assert.equal(hands.presses, 0);
    // The count would have noticed them, in the window and inside of a panel.
    await session.workbench.page.locator('.statusbar').click({ position: { x: 600, y: 5 } });
    await session.workbench.panel().locator('h1').click();
    await waitFor('both presses to be counted', () => hands.presses === 2);
  });
});
