import { homedir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../domain/errors';
import { formatBytes } from '../../domain/sizes';
import type { RecoveryPoint } from '../../domain/views';
import { thrownAgain } from '../model/failure';
import { dayText, isoDate, momentText } from '../model/format';
import { sameId } from '../model/ids';
import type { MachineFacts } from '../model/machineFacts';
import { canRestore, pointsWords } from '../model/machineView';
import { pointDescription } from '../model/pointView';
import { ensureWorld, knownMachines, type Stores } from '../model/stores';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import { expandPath, pathProblem } from './paths';
import { askSummary, SUMMARY } from './summary';
import { answered, runWizard, type Wizard, type WizardStep } from './wizard';

export interface RestoreAnswers {
  /** Machines with something to restore. */
  readonly choices: readonly MachineFacts[];
  readonly machine: MachineFacts | undefined;
  readonly point: RecoveryPoint | undefined;
  readonly folder: string | undefined;
  /** Whether the folder is typed in a step of its own. */
  readonly typed: boolean;
}

const machineStep: WizardStep<RestoreAnswers> = {
  name: 'machine',
  ask: async (ui, state) =>
    answered(
      await ui.pick({
        placeholder: t('Which machine do you want to restore disks of?'),
        items: state.choices.map((machine) => {
          const points = pointsWords(machine.pointCount);
          return { value: machine, label: machine.name, ...(points === undefined ? {} : { description: points }) };
        }),
        preset: ({ machineId }) => state.machine !== undefined && sameId(machineId, state.machine.machineId),
      }),
      (machine) => ({ ...state, machine, point: sameMachine(machine, state.machine) ? state.point : undefined }),
    ),
};

function pointStep(stores: Stores): WizardStep<RestoreAnswers> {
  return {
    name: 'point',
    ask: async (ui, state) => {
      const item = state.machine?.item;
      if (!item) return { kind: 'back' };
      const { now } = stores.clock;
      return answered(
        await ui.pick<RecoveryPoint>({
          placeholder: t('Which recovery point?'),
          items: async () => {
            await stores.machines.refreshPoints(item.id);
            const { value, failure } = stores.machines.points(item.id);
            if (failure) throw thrownAgain(failure);
            return (value ?? []).map((point) => ({
              value: point,
              label: momentText(point.time, now()),
              description: pointDescription(point),
              section: dayText(point.time, now()),
            }));
          },
          preset: ({ id }) => state.point !== undefined && sameId(id, state.point.id),
        }),
        (point) => ({ ...state, point }),
      );
    },
  };
}

const folderStep: WizardStep<RestoreAnswers> = {
  name: 'folder',
  ask: async (ui, state) => {
    const usual = usualFolder(state);
    for (;;) {
      const answer = await ui.pick<string>({
        placeholder: t('Where to write the disks? Nothing that exists is overwritten.'),
        items: [
          { value: 'usual', label: usual, description: t('suggested') },
          ...(state.folder !== undefined && state.folder !== usual && !state.typed
            ? [{ value: 'earlier', label: state.folder }]
            : []),
          { value: 'browse', label: t('$(folder-opened) Choose a folder…') },
          { value: 'type', label: t('$(edit) Type a path…') },
        ],
        preset: (value) => value === (state.typed ? 'type' : 'usual'),
      });
      if (answer.kind === 'back') return answer;
      if (answer.value === 'type') return { kind: 'next', state: { ...state, typed: true } };
      if (answer.value === 'usual') return { kind: 'next', state: { ...state, typed: false, folder: usual } };
      if (answer.value === 'earlier') return { kind: 'next', state: { ...state, typed: false } };
      const [folder] = await ui.openDialog({
        title: t('Folder for the restored disks'),
        button: t('Restore here'),
        many: false,
        folders: true,
      });
      if (folder !== undefined) return { kind: 'next', state: { ...state, typed: false, folder } };
    }
  },
};

const typedFolderStep: WizardStep<RestoreAnswers> = {
  name: 'typedFolder',
  applies: ({ typed }) => typed,
  ask: async (ui, state) =>
    answered(
      await ui.input({
        prompt: t(
          'Folder for the restored disks, on the computer that the engine runs on. It is made if it is missing.',
        ),
        placeholder: t('Example: {0}', usualFolder(state)),
        value: state.folder ?? usualFolder(state),
        problem: pathProblem,
      }),
      (folder) => ({ ...state, folder: expandPath(folder) }),
    ),
};

function summaryStep(stores: Stores, given: readonly string[]): WizardStep<RestoreAnswers> {
  const change = (step: string) => (given.includes(step) ? {} : { change: { step } });
  return {
    name: SUMMARY,
    ask: (ui, state) => {
      const disks = state.machine?.machine?.disks ?? [];
      const size = formatBytes(disks.reduce((sum, disk) => sum + disk.sizeBytes, 0));
      return askSummary(ui, state, {
        placeholder: t('Check, then restore. The machine itself is not touched.'),
        action: t('Restore disks'),
        rows: [
          { label: t('Machine'), value: state.machine?.name ?? '', ...change('machine') },
          {
            label: t('Recovery point'),
            value: state.point ? momentText(state.point.time, stores.clock.now()) : '',
            ...change('point'),
          },
          { label: t('Folder'), value: state.folder ?? '', ...change('folder') },
          ...(disks.length > 0
            ? [{ label: t('Size'), value: disks.length === 1 ? size : t('{0} in {1} disks', size, disks.length) }]
            : []),
        ],
      });
    },
  };
}

/** The questions of **Restore**, without those whose answer was `given`. */
export function restoreWizard(stores: Stores, given: readonly string[] = []): Wizard<RestoreAnswers> {
  const steps = [machineStep, pointStep(stores), folderStep, typedFolderStep, summaryStep(stores, given)];
  return { title: t('Restore disks'), steps: steps.filter(({ name }) => !given.includes(name)) };
}

/** Asks what to restore and where to, then starts the job. `given` answers the first questions. */
export async function restoreDisks(
  stores: Stores,
  ui: Ui,
  given: { machineId?: string | undefined; pointId?: string | undefined },
): Promise<void> {
  await ensureWorld(stores);
  const choices = knownMachines(stores).filter(canRestore);
  const wanted = given.machineId;
  const machine = wanted === undefined ? undefined : choices.find(({ machineId }) => sameId(machineId, wanted));
  if (choices.length === 0 || (wanted !== undefined && !machine)) throw nothingToRestore();
  const point = machine?.item && (await pointOf(stores, machine.item.id, given.pointId));
  const wizard = restoreWizard(stores, [...(machine ? ['machine'] : []), ...(point ? ['point'] : [])]);
  const start: RestoreAnswers = { choices, machine, point, folder: undefined, typed: false };
  const answers = await runWizard(ui.prompts, wizard, start);
  if (!answers?.machine || !answers.point || answers.folder === undefined) return;
  await startRestore(stores, { machine: answers.machine, point: answers.point, folder: answers.folder });
}

async function startRestore(
  stores: Stores,
  plan: { machine: MachineFacts; point: RecoveryPoint; folder: string },
): Promise<void> {
  const { machine, point, folder } = plan;
  const location = machine.vault?.location ?? machine.machine?.location ?? '';
  const jobId = await stores.engine.run(async (client) =>
    client.restore({
      pointId: point.id,
      machineId: machine.machineId,
      location,
      target: { kind: 'disks', storageAccountId: await client.local.restoreTarget({ folder, location }) },
    }),
  );
  stores.jobs.track(jobId);
  await stores.jobs.refresh();
}

async function pointOf(
  stores: Stores,
  itemId: string,
  pointId: string | undefined,
): Promise<RecoveryPoint | undefined> {
  if (pointId === undefined) return undefined;
  await stores.machines.ensurePoints(itemId);
  return stores.machines.points(itemId).value?.find(({ id }) => sameId(id, pointId));
}

function usualFolder({ machine, point }: RestoreAnswers): string {
  return join(homedir(), 'Restored', `${machine?.name ?? 'machine'}-${point ? isoDate(point.time) : ''}`);
}

function sameMachine(a: MachineFacts, b: MachineFacts | undefined): boolean {
  return b !== undefined && sameId(a.machineId, b.machineId);
}

function nothingToRestore(): AppError {
  return new AppError('NothingToRestore', t('There is no recovery point to restore from now.'), {
    details: { recommendation: t('Back up the machine first, or wait until its running job has ended.') },
  });
}
