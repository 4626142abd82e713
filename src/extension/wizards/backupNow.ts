import { AppError } from '../../domain/errors';
import { ON_DEMAND_DAYS, onDemandExpiry } from '../../domain/retention';
import type { ProtectedItem } from '../../domain/views';
import { isoDate, listText } from '../model/format';
import { lastName, sameId } from '../model/ids';
import type { MachineFacts } from '../model/machineFacts';
import { canBackUp } from '../model/machineView';
import { ensureWorld, knownMachine, knownMachines, type Stores } from '../model/stores';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import { startBackups } from './startBackups';
import { answered, runWizard, type Wizard, type WizardStep } from './wizard';

const DAY_MS = 24 * 3600_000;
const OTHER_DAYS = [7, 90, 365];
/** Of so many machines a message tells why they cannot be backed up. */
const MOST_TOLD = 5;

export interface BackupAnswers {
  /** What can be backed up now. */
  readonly choices: readonly ProtectedItem[];
  readonly items: readonly ProtectedItem[];
  readonly keep: { readonly until: number | undefined } | 'date' | undefined;
  readonly now: number;
}

const machineStep: WizardStep<BackupAnswers> = {
  name: 'machine',
  ask: async (ui, state) =>
    answered(
      await ui.pick({
        placeholder: t('Which machine do you want to back up now?'),
        items: state.choices.map((item) => ({
          value: item,
          label: item.machineName,
          ...(item.policyName === undefined ? {} : { description: item.policyName }),
        })),
        preset: (item) => item === state.items[0],
      }),
      (item) => ({ ...state, items: [item] }),
    ),
};

const keepStep: WizardStep<BackupAnswers> = {
  name: 'keep',
  ask: async (ui, state) => {
    const kept = typeof state.keep === 'object' ? state.keep.until : undefined;
    const usual = onDemandExpiry(state.now);
    return answered(
      await ui.pick<{ until: number | undefined } | 'date'>({
        placeholder: t('Keep this recovery point until'),
        items: [
          {
            value: { until: undefined },
            label: t('{0} days (default)', ON_DEMAND_DAYS),
            description: t('until {0}', isoDate(usual)),
          },
          ...OTHER_DAYS.map((days) => {
            const until = state.now + days * DAY_MS;
            return { value: { until }, label: t('{0} days', days), description: t('until {0}', isoDate(until)) };
          }),
          { value: 'date', label: t('$(calendar) Pick a date…') },
        ],
        preset: (value) => (value === 'date' ? state.keep === 'date' : state.keep !== 'date' && value.until === kept),
      }),
      (keep) => ({ ...state, keep }),
    );
  },
};

/** The questions of **Back Up Now**; the machine is not asked for where it was given. */
export function backupNowWizard(options: { askMachine: boolean }): Wizard<BackupAnswers> {
  const steps = options.askMachine ? [machineStep, keepStep] : [keepStep];
  return { title: t('Back up now'), steps };
}

/** Opens a calendar that asks until when to keep the points of backups, and starts them. */
export type PickDate = (itemIds: readonly string[]) => Promise<void>;

/** Asks how long to keep the point, then starts the backups; a calendar date is asked by `pickDate`. */
export async function backupNow(
  stores: Stores,
  ui: Ui,
  options: { readonly machineIds: readonly string[]; readonly pickDate: PickDate },
): Promise<void> {
  const { machineIds, pickDate } = options;
  await ensureWorld(stores);
  const choices = knownMachines(stores)
    .filter(canBackUp)
    .flatMap(({ item }) => item ?? []);
  const items = choices.filter((item) => machineIds.some((id) => sameId(id, item.machineId)));
  const left = leftOut(stores, machineIds);
  if (choices.length === 0 || (machineIds.length > 0 && items.length === 0)) throw nothingToBackUp(left);
  if (left.length > 0) {
    ui.toast({
      level: 'warning',
      text: t('{0} of {1} machines cannot be backed up now: {2}.', left.length, machineIds.length, leftWords(left)),
    });
  }
  const start: BackupAnswers = { choices, items, keep: undefined, now: stores.clock.now() };
  const wizard = backupNowWizard({ askMachine: machineIds.length === 0 });
  const answers = await runWizard(ui.prompts, wizard, start);
  if (!answers) return;
  if (answers.keep === 'date') await pickDate(answers.items.map(({ id }) => id));
  else await startBackups(stores, ui, answers.items, answers.keep?.until);
}

/** A chosen machine that cannot be backed up, and why. */
interface LeftOut {
  readonly name: string;
  readonly reason: string;
}

function leftOut(stores: Stores, machineIds: readonly string[]): readonly LeftOut[] {
  return machineIds.flatMap((id) => {
    const facts = knownMachine(stores, id);
    if (!facts) return { name: lastName(id), reason: t('it is not known any more') };
    return canBackUp(facts) ? [] : { name: facts.name, reason: whyNoBackup(facts) };
  });
}

function whyNoBackup({ item, heldBy, running }: MachineFacts): string {
  if (!item) return t('it is not protected');
  if (item.softDeleted) return t('its backup data is deleted');
  if (heldBy) return t('its vault belongs to {0}', heldBy);
  if (running) return t('its job has to end first');
  if (item.state === 'ProtectionError') return t('its protection has an error');
  return item.state === 'BackupsSuspended' ? t('its backups are suspended') : t('its backups are stopped');
}

function leftWords(left: readonly LeftOut[]): string {
  const told = left.slice(0, MOST_TOLD).map(({ name, reason }) => t('{0} ({1})', name, reason));
  return listText(left.length > MOST_TOLD ? [...told, t('and {0} more', left.length - MOST_TOLD)] : told);
}

function nothingToBackUp(left: readonly LeftOut[]): AppError {
  return new AppError('NothingToBackUp', nothingWords(left), {
    details: { recommendation: t('Enable backup of a machine first, or wait until its running job has ended.') },
  });
}

function nothingWords(left: readonly LeftOut[]): string {
  const [first] = left;
  if (!first) return t('No machine can be backed up now.');
  return left.length === 1
    ? t('{0} cannot be backed up now: {1}.', first.name, first.reason)
    : t('None of the chosen machines can be backed up now: {0}.', leftWords(left));
}
