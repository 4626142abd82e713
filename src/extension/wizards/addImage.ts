import { basename, extname } from 'node:path';
import { AppError } from '../../domain/errors';
import { IMAGE_EXTENSIONS, machineNameOf } from '../../domain/imageNames';
import { DEFAULT_GROUP, machineNameProblem, sameName } from '../../domain/names';
import type { Location, Machine, ResourceGroup } from '../../domain/views';
import { expandPath, pathProblem } from '../model/paths';
import type { Stores } from '../model/stores';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import { groupSteps } from './groupSteps';
import { answered, runWizard, type Wizard, type WizardStep } from './wizard';

export interface ImageAnswers {
  readonly machines: readonly Machine[];
  readonly groups: readonly ResourceGroup[];
  readonly location: Location;
  readonly files: readonly string[];
  /** Whether the path is typed in a step of its own. */
  readonly typed: boolean;
  /** Whether the files were given and are not asked for. */
  readonly filesGiven: boolean;
  readonly name: string;
  readonly group: string | undefined;
  readonly newGroup: string;
  readonly osType: 'Windows' | 'Linux' | undefined;
}

const filesStep: WizardStep<ImageAnswers> = {
  name: 'files',
  applies: ({ filesGiven }) => !filesGiven,
  ask: async (ui, state) => {
    for (;;) {
      const answer = await ui.pick<'keep' | 'browse' | 'type'>({
        placeholder: t('Disk images of one machine. The first file is the system disk.'),
        items: [
          ...(state.files.length > 0 && !state.typed
            ? [{ value: 'keep' as const, label: state.files.map((file) => basename(file)).join(', ') }]
            : []),
          {
            value: 'browse',
            label: t('$(folder-opened) Choose files…'),
            detail: t('Raw images, of a machine that is stopped'),
          },
          { value: 'type', label: t('$(edit) Type a path…') },
        ],
        preset: (value) => value === (state.typed ? 'type' : 'keep'),
      });
      if (answer.kind === 'back') return answer;
      if (answer.value === 'keep') return { kind: 'next', state };
      if (answer.value === 'type') return { kind: 'next', state: { ...state, typed: true } };
      const files = await ui.openDialog({
        title: t('Disk images of one machine'),
        button: t('Add'),
        many: true,
        folders: false,
        filter: { name: t('Disk images'), extensions: IMAGE_EXTENSIONS },
      });
      if (files.length > 0) return { kind: 'next', state: withFiles({ ...state, typed: false }, files) };
    }
  },
};

const typedFileStep: WizardStep<ImageAnswers> = {
  name: 'typedFile',
  applies: ({ typed, filesGiven }) => typed && !filesGiven,
  ask: async (ui, state) =>
    answered(
      await ui.input({
        prompt: t('Path of the disk image on the computer that the engine runs on'),
        placeholder: t('Example: /var/lib/images/web-01.img'),
        value: state.files[0] ?? '',
        problem: pathProblem,
      }),
      (path) => withFiles(state, [expandPath(path)]),
    ),
};

const nameStep: WizardStep<ImageAnswers> = {
  name: 'name',
  ask: async (ui, state) =>
    answered(
      await ui.input({
        prompt: t('Name of the machine'),
        placeholder: t('Example: web-01'),
        value: state.name,
        problem: (name) => nameProblem(name, state.machines),
      }),
      (name) => ({ ...state, name }),
    ),
};

const osStep: WizardStep<ImageAnswers> = {
  name: 'os',
  ask: async (ui, state) =>
    answered(
      await ui.pick<'Windows' | 'Linux'>({
        placeholder: t('Operating system of the machine'),
        items: [
          { value: 'Linux', label: t('Linux') },
          { value: 'Windows', label: t('Windows') },
        ],
        preset: (value) => value === (state.osType ?? 'Linux'),
      }),
      (osType) => ({ ...state, osType }),
    ),
};

/** The questions of **Add Disk Image**. */
export function addImageWizard(): Wizard<ImageAnswers> {
  return {
    title: t('Add disk image'),
    steps: [filesStep, typedFileStep, nameStep, ...groupSteps<ImageAnswers>(), osStep],
  };
}

/** Asks for a machine's disk images and adds it. `files` answers the first question. */
export async function addImage(stores: Stores, ui: Ui, files: readonly string[]): Promise<Machine | undefined> {
  const [locations, groups, machines] = await stores.engine.run((client) =>
    Promise.all([client.locations(), client.resourceGroups(), client.machines()]),
  );
  const [location] = locations;
  if (!location) throw new AppError('NoLocation', t('The engine has no location to add a machine to.'));
  const empty: ImageAnswers = {
    machines,
    groups,
    location,
    files: [],
    typed: false,
    filesGiven: files.length > 0,
    name: '',
    group: groups[0]?.name,
    newGroup: DEFAULT_GROUP,
    osType: undefined,
  };
  const answers = await runWizard(ui.prompts, addImageWizard(), withFiles(empty, files));
  if (!answers) return undefined;
  const resourceGroup = answers.group ?? answers.newGroup;
  const machine = await ui.progress(t('Adding {0}', answers.name), (_report, signal) =>
    stores.engine.run(async (client) => {
      if (answers.group === undefined) {
        await client.createResourceGroup({ name: resourceGroup, location: location.name }, { signal });
      }
      return client.local.addMachine(
        {
          name: answers.name,
          resourceGroup,
          location: location.name,
          osType: answers.osType ?? 'Linux',
          diskPaths: answers.files,
        },
        { signal },
      );
    }),
  );
  await stores.machines.refresh();
  return machine;
}

/** A name is suggested from the first file, unless one was typed. */
function withFiles(state: ImageAnswers, files: readonly string[]): ImageAnswers {
  const [first] = files;
  if (first === undefined) return state;
  const suggested = machineNameOf(basename(first, extname(first)));
  return { ...state, files, name: state.name === '' ? suggested : state.name };
}

function nameProblem(name: string, machines: readonly Machine[]): string | undefined {
  const problem = machineNameProblem(name)?.message;
  if (problem) return problem;
  return machines.some((machine) => sameName(machine.name, name))
    ? t('A machine named {0} exists. Choose another name.', name)
    : undefined;
}
