import type { Workbench } from '../support/workbench';

export type View = 'machines' | 'vaults' | 'jobs';

/** How a person uses the window: with the keys alone, or with the mouse. Names and titles are those that the window shows. */
export interface Hands {
  readonly workbench: Workbench;
  /** Runs a command of the extension. */
  command(title: string): Promise<void>;
  /** Opens what a row stands for, in its panel. */
  open(view: View, row: RegExp): Promise<void>;
  /** Takes an action from the context menu of a row. */
  act(view: View, row: RegExp, action: string): Promise<void>;
  /** Takes a line of a list. */
  choose(line: RegExp): Promise<void>;
  /** Ticks lines of a list of several. */
  tick(lines: readonly string[]): Promise<void>;
  /** Goes on from a step of a wizard, with another text than it suggests if one is given. */
  answer(step: RegExp, text?: string): Promise<void>;
  /** Presses a button of the dialog in front. */
  confirm(button: string): Promise<void>;
  /** Presses a button of the panel in front. */
  press(button: RegExp): Promise<void>;
  /** Chooses the 15th of the month after the one that the calendar shows. */
  chooseDay(): Promise<void>;
  /** Closes a wizard. */
  leave(): Promise<void>;
  /** Looks at what the window shows now. */
  look(name: string): Promise<void>;
}

/** What the window says on the two paths of the guide, in one language. */
export interface Words {
  readonly addImage: { readonly command: string; readonly title: string; readonly typePath: RegExp };
  readonly sampleLab: string;
  readonly createVault: { readonly command: string; readonly title: string; readonly create: RegExp };
  readonly setRedundancy: string;
  readonly openVault: string;
  readonly geoRedundant: RegExp;
  readonly locallyRedundant: RegExp;
  readonly inUse: RegExp;
  readonly done: string;
  readonly enableBackup: {
    readonly action: string;
    readonly title: string;
    readonly last: RegExp;
    readonly button: RegExp;
  };
  readonly goal: RegExp;
  readonly policy: RegExp;
  /** Name of the view of machines. */
  readonly machines: string;
  /** Rows of machines and jobs, by how their spoken label begins. */
  readonly machine: (name: string) => string;
  readonly notProtected: string;
  readonly pending: string;
  readonly onePoint: string;
  readonly backupJob: (machine: string) => string;
  readonly completed: string;
  readonly enabled: (machines: readonly string[]) => string;
  readonly backUpNow: { readonly action: string; readonly button: RegExp };
  readonly pickDate: RegExp;
  readonly usualDays: RegExp;
  readonly keptUntil: RegExp;
  readonly backUp: RegExp;
  /** What the panels show. */
  readonly panels: {
    readonly backupPolicy: string;
    readonly nextRun: string;
    readonly phases: string;
    readonly onDemandUntil: RegExp;
    readonly backupItems: RegExp;
    readonly jobs: RegExp;
    readonly location: string;
  };
}

/** A part of a path, going on where the one before it ended. */
export interface Part {
  readonly shows: string;
  readonly walk: (walk: Walk) => Promise<void>;
}

/** Who walks, in which language, and the disk image of the machine of the first path. */
export interface Walk {
  readonly hands: Hands;
  readonly words: Words;
  readonly image: string;
}

const MANY = ['sample-db', 'sample-web'];

/** The path of the guide that starts at one machine. */
export const MACHINE_PATH: readonly Part[] = [
  {
    shows: 'a machine by its disk image',
    walk: async ({ hands, words, image }) => {
      const { command, title, typePath } = words.addImage;
      await hands.command(command);
      await hands.choose(typePath);
      await hands.answer(step(title, 2), image);
      for (const next of [3, 4, 5]) await hands.answer(step(title, next));
      await row(hands, words.machine('web-01'), words.notProtected).waitFor();
      await hands.look('machine');
    },
  },
  {
    shows: 'Enable backup on the machine: backup goal, a new vault and its recovery key, policy, machine, summary',
    walk: async ({ hands, words }) => {
      const { createVault, enableBackup } = words;
      await hands.act('machines', begins(words.machine('web-01')), enableBackup.action);
      await hands.workbench.option(words.goal).waitFor();
      await hands.look('goal');
      await hands.choose(words.goal);
      await hands.answer(step(createVault.title, 1), 'web-vault');
      for (const next of [2, 3, 4]) await hands.answer(step(createVault.title, next));
      await hands.workbench.option(createVault.create).waitFor();
      await hands.look('new-vault');
      await hands.choose(createVault.create);
      await hands.workbench.dialog.getByText(/VMB1-/).waitFor();
      await hands.look('recovery-key');
      await hands.confirm(words.done);
      await hands.workbench.option(words.policy).waitFor();
      await hands.look('policies');
      await hands.choose(words.policy);
      await hands.workbench.line('web-01').and(hands.workbench.page.locator('[aria-checked=true]')).waitFor();
      await hands.answer(step(enableBackup.title, 4));
      await hands.workbench.option(enableBackup.last).waitFor();
      await hands.look('summary');
      await hands.choose(enableBackup.last);
      await hands.workbench.toast(words.enabled(['web-01'])).waitFor();
      await row(hands, words.machine('web-01'), words.pending).waitFor();
      await hands.look('enabled');
    },
  },
  {
    shows: 'the backup item: "Warning (Initial backup pending)", the policy and its next scheduled run',
    walk: async ({ hands, words }) => {
      await hands.open('machines', begins(words.machine('web-01')));
      const panel = hands.workbench.panel();
      await panel.getByRole('heading', { level: 1, name: 'web-01' }).waitFor();
      for (const text of [words.pending, words.panels.backupPolicy, 'DefaultPolicy', words.panels.nextRun])
        await panel.getByText(text).first().waitFor();
      await hands.look('backup-item');
    },
  },
  {
    shows: 'Back up now, and a calendar that asks until when to keep the point',
    walk: async ({ hands, words }) => {
      await hands.press(words.backUpNow.button);
      await hands.workbench.option(words.pickDate).waitFor();
      await hands.look('keep-until');
      await hands.choose(words.pickDate);
      await hands.chooseDay();
      await hands.workbench.panel().getByText(words.keptUntil).waitFor();
      await hands.look('calendar');
      await hands.press(words.backUp);
    },
  },
  {
    shows: 'the job with its phases, in place of the calendar',
    walk: async ({ hands, words }) => {
      const panel = hands.workbench.panel();
      await panel.getByRole('heading', { name: words.panels.phases }).waitFor();
      await panel.getByText(words.completed, { exact: true }).first().waitFor();
      await row(hands, words.backupJob('web-01'), words.completed).waitFor();
      await row(hands, words.machine('web-01'), words.onePoint).waitFor();
      await hands.look('job');
    },
  },
  {
    shows: 'the recovery point, kept until the chosen day',
    walk: async ({ hands, words }) => {
      await hands.open('machines', begins(words.machine('web-01')));
      await hands.workbench.panel().getByText(words.panels.onDemandUntil).first().waitFor();
      await hands.look('recovery-point');
    },
  },
];

/** The path of the guide that starts at a vault. */
export const VAULT_PATH: readonly Part[] = [
  {
    shows: 'its name, resource group, location and storage replication',
    walk: async ({ hands, words }) => {
      const { command, title, create } = words.createVault;
      await hands.command(command);
      await hands.answer(step(title, 1), 'home-vault');
      for (const next of [2, 3]) await hands.answer(step(title, next));
      await hands.workbench.option(words.geoRedundant).waitFor();
      await hands.look('replication');
      await hands.choose(words.geoRedundant);
      await hands.choose(create);
      await hands.confirm(words.done);
      await hands.workbench.row(/^home-vault/).waitFor();
    },
  },
  {
    shows: 'its storage replication as a step of its own',
    walk: async ({ hands, words }) => {
      await hands.command(words.setRedundancy);
      await hands.choose(/home-vault/);
      await hands.workbench.option(words.inUse).waitFor();
      await hands.look('redundancy');
      await hands.choose(words.locallyRedundant);
      await hands.workbench.toast('home-vault').last().waitFor();
      await hands.look('redundancy-set');
    },
  },
  {
    shows: 'Backup on its dashboard: backup goal, policy, many machines, Enable backup',
    walk: async ({ hands, words }) => {
      const { enableBackup } = words;
      await hands.command(words.sampleLab);
      for (const name of MANY) await row(hands, words.machine(name), words.notProtected).waitFor();
      await hands.workbench.option(words.goal).waitFor();
      await hands.leave();
      await hands.command(words.openVault);
      await hands.choose(/home-vault/);
      const panel = hands.workbench.panel();
      await panel.getByRole('heading', { level: 1, name: 'home-vault' }).waitFor();
      await panel.getByText(words.panels.location, { exact: true }).first().waitFor();
      await hands.look('dashboard');
      await hands.press(enableBackup.button);
      await hands.choose(words.goal);
      await hands.choose(/home-vault/);
      await hands.choose(words.policy);
      await hands.tick(MANY);
      await hands.look('machines');
      await hands.answer(step(enableBackup.title, 4));
      await hands.choose(enableBackup.last);
      await hands.workbench.toast(words.enabled(MANY)).waitFor();
      for (const name of MANY) await row(hands, words.machine(name), words.pending).waitFor();
      await hands.look('many-enabled');
    },
  },
  {
    shows: 'the initial backup from the menu of a backup item, and the jobs of the vault',
    walk: async ({ hands, words }) => {
      await hands.press(words.panels.backupItems);
      await hands.workbench.page.locator(`.monaco-list[aria-label="${words.machines}"]:focus`).waitFor();
      await hands.act('machines', begins(words.machine('sample-db')), words.backUpNow.action);
      await hands.choose(words.usualDays);
      await row(hands, words.backupJob('sample-db'), words.completed).waitFor();
      await hands.press(words.panels.jobs);
      const list = hands.workbench.panel().locator('vmb-virtual-grid');
      for (const cell of ['sample-db', words.completed]) await list.getByText(cell).first().waitFor();
      await hands.look('jobs');
    },
  },
];

/** A row, by how its label begins and a state that follows. */
function row({ workbench }: Hands, beginning: string, state: string) {
  return workbench.row(new RegExp(`^${literal(beginning)}.*${literal(state)}`, 'i'));
}

function begins(text: string): RegExp {
  return new RegExp(`^${literal(text)}`);
}

/** The title of a step of a wizard. */
function step(title: string, number: number): RegExp {
  return new RegExp(`${literal(title)} \\(${number}/`);
}

function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
