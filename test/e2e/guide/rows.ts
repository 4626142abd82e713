import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { GuideWorld } from './world';

/** One row of the guide "Back up Azure virtual machines to Recovery Services vaults". */
export interface GuideRow {
  readonly id: string;
  /** What the row shows. */
  readonly shows: string;
  readonly walk: (world: GuideWorld) => Promise<void>;
}

const MANY = ['bek-01', 'db-01', 'kek-01'];
const PENDING = /Warning \(Initial backup pending\)/;
/** The last line of a wizard, which does it. */
const last = (action: string) => new RegExp(`^\\S*\\s*${action}`);

/**
 * The rows in the order of the guide's story, each going on where the one before it ended: first the path that starts at one
 * machine, then the one that starts at a vault.
 */
export const GUIDE_ROWS: readonly GuideRow[] = [
  {
    id: 'S4',
    shows:
      'one machine: found by a filter, a new vault in its group and region, a policy with its details, Enable backup',
    walk: async (world) => {
      const { workbench, goal, location } = world;
      await filter(world, 'web-01');
      await workbench.row(/^db-01, machine/).waitFor({ state: 'detached' });
      await workbench.act(/^web-01, machine/, 'Enable Backup…');
      await workbench.choose(goal);
      await workbench.typeAt(/Create vault \(1\//, 'web-vault');
      await workbench.enter();
      // The group and the region of the machine are suggested: Enter takes them.
      await workbench.enterOn(/\(2\//, /web-group/);
      await workbench.enterOn(/\(3\//, location);
      await workbench.enterOn(/\(4\//, /redundant/);
      await workbench.option(/Resource group.*web-group/).waitFor();
      await createVault(world);
      await workbench.option(/Create new policy/).waitFor();
      await workbench.choose(/DefaultPolicy.*Daily at .*keeps daily points 30 days/);
      await workbench.quickInput.getByText('1 Selected').waitFor();
      await workbench.enter();
      await workbench.option(/Back up now.*no, wait for the schedule/).waitFor();
      await workbench.choose(last('Enable backup'));
    },
  },
  {
    id: 'S5',
    shows: 'what enabling backup came to is a notification, and a job',
    walk: async ({ workbench }) => {
      await workbench.toast(/Backup is enabled for web-01\. There is no recovery point yet/).waitFor();
      await workbench.row(/^Enable backup web-01, .*completed/i).waitFor();
      await workbench.run('VM Backup: Clear Filter of Machines');
      await workbench.row(/^db-01, machine/).waitFor();
    },
  },
  {
    id: 'S6',
    shows: 'backup item view: "Warning (Initial backup pending)", the policy and its next scheduled run',
    walk: async ({ workbench }) => {
      await workbench.row(/^web-01, machine, Warning \(Initial backup pending\).*next /).click();
      const panel = workbench.panel();
      await panel.getByRole('heading', { level: 1, name: 'web-01' }).waitFor();
      await panel.getByText(PENDING).first().waitFor();
      await panel.getByText('DefaultPolicy').first().waitFor();
      await panel.getByText('Next scheduled run').waitFor();
      await workbench.shot('guide-s6');
    },
  },
  {
    id: 'S7',
    shows: 'Back up now asks by a calendar until when to keep the point, and the point is kept until then',
    walk: async (world) => {
      const { workbench } = world;
      await workbench.act(/^web-01, machine/, 'Back Up Now…');
      await workbench.choose(/Pick a date…/);
      const panel = workbench.panel();
      await panel.getByRole('button', { name: 'Next month' }).click();
      const day = panel.getByRole('gridcell', { name: /\b15\b/ });
      await day.click();
      await panel.getByText(/^Kept until the end of .* 15, /).waitFor();
      await workbench.shot('guide-s7');
      await panel.getByRole('button', { name: 'Back up', exact: true }).click();
      await backedUp(world, 'web-01');
      await workbench.row(/^web-01, machine/).click();
      await workbench
        .panel()
        .getByText(/on demand, until \d{4}-\d{2}-15/)
        .first()
        .waitFor();
    },
  },
  {
    id: 'S18',
    shows: 'jobs: a list, Completed, and the job with its phases',
    walk: async ({ workbench }) => {
      await workbench.run('VM Backup: Open Jobs List');
      const list = workbench.panel().locator('vmb-virtual-grid');
      for (const cell of ['Completed', 'web-01']) await list.getByText(cell).first().waitFor();
      await workbench.expand(/^Backup web-01, .*completed/i);
      await workbench.row(/, phase, Completed/).waitFor();
      await workbench.shot('guide-s18-phases');
      await workbench.row(/^Backup web-01, .*completed/i).click();
      const panel = workbench.panel();
      await panel.getByRole('heading', { level: 1, name: /web-01/ }).waitFor();
      await panel.getByRole('heading', { name: 'Phases' }).waitFor();
      await panel.getByText('Completed').first().waitFor();
    },
  },
  {
    id: 'S19',
    shows: 'a stopped machine is backed up crash-consistent, and its point says so (a running one needs a live guest)',
    walk: async ({ workbench }) => {
      await workbench.row(/^web-01, machine/).click();
      const panel = workbench.panel();
      await panel.getByRole('heading', { level: 1, name: 'web-01' }).waitFor();
      await panel
        .getByText(/crash-consistent/i)
        .first()
        .waitFor();
    },
  },
  {
    id: 'S8',
    shows:
      'a vault is created by the rules of its name in a group and a location, listed, refreshed and found by typing',
    walk: async (world) => {
      const { workbench, location } = world;
      await workbench.run('VM Backup: Create Vault…');
      await world.placeVault();
      for (const [name, rule] of [
        ['v', /2 to 50|at least 2|2–50/i],
        ['2-vaults', /start with a letter/i],
        ['web-vault', /A vault named web-vault exists/],
      ] as const) {
        await workbench.typeAt(/Create vault/, name);
        await workbench.quickInput.getByText(rule).last().waitFor();
      }
      await workbench.typeAt(/Create vault/, 'home-vault');
      await workbench.enter();
      await workbench.option(/Create new|New resource group/i).waitFor();
      for (const next of [/many-group/, location, /Geo-redundant/]) await workbench.choose(next);
      await createVault(world);
      await workbench.run('VM Backup: Refresh');
      await workbench.expand(/^home-vault, vault/);
      await workbench.page.keyboard.press('Control+Alt+F');
      await workbench.page.locator('.monaco-tree-type-filter').getByRole('textbox').fill('web-v');
      await workbench
        .row(/^web-vault, vault/)
        .locator('.highlight', { hasText: 'web-v' })
        .waitFor();
      await workbench.shot('guide-s8');
      await workbench.page.keyboard.press('Escape');
    },
  },
  {
    id: 'S10',
    shows:
      'storage replication is a step of its own: geo-redundant or locally redundant, locked once a machine is protected',
    walk: async ({ workbench }) => {
      await setRedundancy({ workbench }, 'home-vault');
      await workbench.option(/Geo-redundant.*in use/).waitFor();
      await workbench.choose(/Locally redundant/);
      await workbench.toast(/home-vault now uses/).waitFor();
      await setRedundancy({ workbench }, 'web-vault');
      await workbench.option(/Locked\. Create another vault/).waitFor();
      await workbench.page.keyboard.press('Escape');
    },
  },
  {
    id: 'S14',
    shows: 'a policy is made in its form: name, daily or weekly, time, and what is kept by week or by day',
    walk: async ({ workbench }) => {
      await workbench.run('VM Backup: Create Policy…');
      await workbench.choose(/home-vault/);
      const form = workbench.panel();
      await form.getByRole('textbox', { name: 'Name' }).fill('weekly-too');
      await form.getByRole('combobox', { name: 'Frequency' }).selectOption('Weekly');
      await form.getByRole('combobox', { name: 'Frequency' }).selectOption('Daily');
      await form.getByRole('combobox', { name: 'Time', exact: true }).selectOption('03:30');
      for (const range of ['daily', 'weekly', 'monthly', 'yearly'])
        await form.getByRole('checkbox', { name: `Keep ${range} points` }).waitFor();
      await form.getByRole('heading', { name: 'Next runs' }).waitFor();
      await workbench.shot('guide-s14');
      await form.getByRole('button', { name: 'Save policy' }).click();
      await workbench.toast('The policy weekly-too is saved in vault home-vault.').waitFor();
    },
  },
  {
    id: 'S12',
    shows: 'the vault path begins with the backup goal: where it runs, and what to back up',
    walk: async ({ workbench, goal }) => {
      await workbench.run('VM Backup: Enable Backup…');
      await workbench.step(/Enable backup \(1\//);
      await workbench.quickInput
        .getByPlaceholder(/where does the workload run, and what do you want to back up/)
        .waitFor();
      await workbench.choose(goal);
      await workbench.choose(/home-vault/);
      await workbench.option(/weekly-too.*Daily at 03:30/).waitFor();
    },
  },
  {
    id: 'S13',
    shows: 'machines are discovered before they can be registered: one that came a moment ago is in the list',
    walk: async (world) => {
      const { workbench } = world;
      await world.addMachine('fresh-01');
      await workbench.choose(/weekly-too/);
      for (const name of [...MANY, 'fresh-01', 'classic-01']) await workbench.line(name).waitFor();
    },
  },
  {
    id: 'S9',
    shows: 'a machine of another region stays in the list, with the rule and the way out',
    walk: async ({ workbench }) => {
      await workbench.line('far-01.*same location.*Recovery Services vault').waitFor();
      await workbench.shot('guide-s9');
    },
  },
  {
    id: 'S15',
    shows: 'many machines in one go; enabling makes no recovery point',
    walk: async ({ workbench }) => {
      for (const name of MANY) await workbench.line(name).click();
      await workbench.quickInput.getByText(`${MANY.length} Selected`).waitFor();
      await workbench.enter();
      await workbench.choose(last('Enable backup'));
      await workbench.toast(/Backup is enabled for bek-01, .*There is no recovery point yet/).waitFor();
      for (const name of MANY) await state({ workbench }, name, PENDING).waitFor();
    },
  },
  {
    id: 'S17',
    shows: 'Back up now is in the context menu of a backup item of the vault',
    walk: async (world) => {
      const { workbench } = world;
      await workbench.expand(/^home-vault, vault/);
      await workbench.expand(/^Protected VMs|^Backup items/);
      const item = workbench.page.getByRole('treeitem', { name: /^db-01, machine/ }).last();
      await workbench.actFromMenu(item, 'Back Up Now…');
      await workbench.choose(/30 days \(default\)/);
      await backedUp(world, 'db-01');
    },
  },
  {
    id: 'S1',
    shows: 'a Resource Manager machine with managed premium and standard disks is protected',
    walk: async (world) => {
      const { isManagedVirtualMachine, sourceVMStorageType } = await world.newestPoint('db-01');
      assert.deepEqual([isManagedVirtualMachine, sourceVMStorageType], [true, 'PremiumVMOnPartialPremiumStorage']);
    },
  },
  {
    id: 'S2',
    shows: 'a classic machine is listed, protected from its row and backed up',
    walk: async (world) => {
      await enable(world, 'classic-01');
      await backUp(world, 'classic-01');
    },
  },
  {
    id: 'S3',
    shows: 'encrypted machines are protected, with BEK alone and with BEK and KEK',
    walk: async (world) => {
      for (const [name, hasKek] of [
        ['bek-01', false],
        ['kek-01', true],
      ] as const) {
        await backUp(world, name);
        const { isSourceVMEncrypted, keyAndSecret } = await world.newestPoint(name);
        assert.equal(isSourceVMEncrypted, true);
        assert.deepEqual(
          [keyAndSecret?.bekDetails !== undefined, keyAndSecret?.kekDetails !== undefined],
          [true, hasKek],
        );
      }
    },
  },
  {
    id: 'S11',
    shows: 'the dashboard of a vault has its backup items, its jobs and its location',
    walk: async ({ workbench }) => {
      await workbench.row(/^home-vault, vault/).click();
      const panel = workbench.panel();
      await panel.getByRole('heading', { level: 1, name: 'home-vault' }).waitFor();
      await panel.getByText('Location', { exact: true }).first().waitFor();
      await panel.getByRole('button', { name: /Backup items\s*4/ }).waitFor();
      await workbench.shot('guide-s11');
      await panel.getByRole('button', { name: /Jobs in 24 h/ }).click();
      await workbench.panel().locator('vmb-virtual-grid').getByText('classic-01').first().waitFor();
    },
  },
  {
    id: 'S21',
    shows: 'the price follows protected instances, and every failure has its troubleshooting',
    walk: async ({ workbench }) => {
      await workbench.row(/^home-vault, vault/).click();
      await workbench
        .panel()
        .getByRole('button', { name: /Protected instances\s*4/ })
        .or(workbench.panel().getByText('Protected instances'))
        .first()
        .waitFor();
      await workbench.run('VM Backup: Troubleshoot…');
      await workbench.choose(/Every failure and its remedy/);
      await workbench.page.getByRole('tab', { name: /troubleshooting/i }).waitFor();
      await workbench.panel().getByText('UserErrorGuestAgentStatusUnavailable').first().waitFor();
      await workbench.shot('guide-s21');
    },
  },
  {
    id: 'S20',
    shows: 'the VM agent has its page: install, update and validate it, on Windows and Linux, and its oldest version',
    walk: async ({ workbench }) => {
      await workbench.run('VM Backup: VM Agent Help');
      await workbench.page.getByRole('tab', { name: /vm-agent/i }).waitFor();
      for (const text of ['WaAppAgent.exe', /2\.6\.1198\.718/, 'Linux', /install/i, /update/i, /validate/i])
        await workbench.panel().getByText(text).first().waitFor();
      await workbench.shot('guide-s20');
    },
  },
  {
    id: 'S16',
    shows: 'the schedule runs by itself; the first scheduled run is the initial backup',
    walk: async (world) => {
      await filter(world, 'late-01'); // the list has become longer than its view
      await enable(world, 'late-01');
      await world.letScheduleRun('late-01');
      await backedUp(world, 'late-01');
    },
  },
];

type InWorkbench = Pick<GuideWorld, 'workbench'>;

/** The row of a machine, once it is in a state. */
function state({ workbench }: InWorkbench, name: string, words: RegExp): Locator {
  return workbench.row(new RegExp(`^${name}, machine, .*${words.source}`));
}

/** Shows one machine only. */
async function filter({ workbench }: InWorkbench, name: string): Promise<void> {
  await workbench.run('VM Backup: Filter Machines…');
  await workbench.typeAt(/Filter machines/, name);
  await workbench.enter();
}

/** Protects one machine in home-vault, from its row. */
async function enable({ workbench, goal }: Pick<GuideWorld, 'workbench' | 'goal'>, name: string): Promise<void> {
  await workbench.act(new RegExp(`^${name}, machine`), 'Enable Backup…');
  for (const next of [goal, /home-vault/, /DefaultPolicy/]) await workbench.choose(next);
  await workbench.quickInput.getByText('1 Selected').waitFor();
  await workbench.enter();
  await workbench.choose(last('Enable backup'));
  await state({ workbench }, name, PENDING).waitFor();
}

/** Answers the last question of **Create Vault**. */
async function createVault(world: Pick<GuideWorld, 'workbench' | 'keepRecoveryKey'>): Promise<void> {
  await world.workbench.choose(last('Create(, The recovery key|$)'));
  await world.keepRecoveryKey();
}

type WithPoints = Pick<GuideWorld, 'workbench' | 'backedUp'>;

/** Backs a machine up from its row. */
async function backUp(world: WithPoints, name: string): Promise<void> {
  await world.workbench.act(new RegExp(`^${name}, machine`), 'Back Up Now…');
  await world.workbench.choose(/30 days \(default\)/);
  await backedUp(world, name);
}

/** Waits until the first backup of a machine has made its recovery point. */
async function backedUp(world: WithPoints, name: string): Promise<void> {
  await world.workbench.row(new RegExp(`^Backup ${name}, .*completed`, 'i')).waitFor();
  await state(world, name, world.backedUp).waitFor();
}

async function setRedundancy({ workbench }: InWorkbench, vault: string): Promise<void> {
  await workbench.run('VM Backup: Set Storage Redundancy…');
  await workbench.choose(new RegExp(vault));
}
