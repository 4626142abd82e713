import { AppError } from '../../domain/errors';
import { ON_DEMAND_DAYS, onDemandExpiry } from '../../domain/retention';
import type { ProtectedItem } from '../../domain/views';
import { isoDate } from '../model/format';
import { sameId } from '../model/ids';
import { canBackUp } from '../model/machineView';
import { ensureWorld, knownMachines, type Stores } from '../model/stores';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import { startBackups } from './startBackups';
import { answered, runWizard, type Wizard, type WizardStep } from './wizard';

const DAY_MS = 24 * 3600_000;
const OTHER_DAYS = [7, 90, 365];

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
  if (choices.length === 0 || (machineIds.length > 0 && items.length === 0)) throw nothingToBackUp();
  const start: BackupAnswers = { choices, items, keep: undefined, now: stores.clock.now() };
  const wizard = backupNowWizard({ askMachine: machineIds.length === 0 });
  const answers = await runWizard(ui.prompts, wizard, start);
  if (!answers) return;
  if (answers.keep === 'date') await pickDate(answers.items.map(({ id }) => id));
  else await startBackups(stores, ui, answers.items, answers.keep?.until);
}

function nothingToBackUp(): AppError {
  return new AppError('NothingToBackUp', t('No machine can be backed up now.'), {
    details: { recommendation: t('Enable backup of a machine first, or wait until its running job has ended.') },
  });
}
