import { resourceGroupNameProblem } from '../../domain/names';
import type { AttachReply } from '../../protocol/local';
import { type Failure, failureOf, failureText, isCancelled } from '../model/failure';
import { facts } from '../model/format';
import { pointsWords } from '../model/machineView';
import { expandPath, pathProblem } from '../model/paths';
import { refreshWorld, type Stores } from '../model/stores';
import { machinesWords } from '../model/vaultView';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import { answered, runWizard, type WizardStep } from './wizard';

interface AttachAnswers {
  readonly folder: string;
  readonly key: string;
  readonly takeOver: boolean;
  /** Resource group to show the vault in; empty for the one it was in. */
  readonly group: string;
  /** Why the answers so far were refused; the step that can mend it says so. */
  readonly refusal?: Failure;
}

const folderStep: WizardStep<AttachAnswers> = {
  name: 'folder',
  ask: async (ui, state) =>
    answered(
      await ui.input({
        prompt: withRefusal(
          state,
          t('Folder of the vault, of its copy at a second site, or of the site that holds it'),
        ),
        placeholder: t('Example: {0}', '/mnt/nas/vm-backup'),
        value: state.folder,
        problem: pathProblem,
      }),
      (folder) => ({ ...state, folder: expandPath(folder) }),
    ),
};

const keyStep: WizardStep<AttachAnswers> = {
  name: 'key',
  ask: async (ui, state) =>
    answered(
      await ui.input({
        prompt: withRefusal(state, t('Recovery key of the vault. It was shown once, when the vault was created.')),
        placeholder: t('Example: {0}', 'VMB1-…'),
        value: '',
        password: true,
        problem: (key) => (key.trim() === '' ? t('Type or paste the recovery key.') : undefined),
      }),
      (key) => ({ ...state, key: key.trim() }),
    ),
};

const ownerStep: WizardStep<AttachAnswers> = {
  name: 'owner',
  ask: async (ui, state) =>
    answered(
      await ui.pick<boolean>({
        placeholder: t('Does another computer still use the vault?'),
        items: [
          {
            value: false,
            label: t('Yes, or not known: open it'),
            detail: t('It is only read here while the other computer backs up to it.'),
          },
          {
            value: true,
            label: t('No: take it over'),
            detail: t('This computer owns the vault from now on, and the other can only read it.'),
          },
        ],
        preset: (value) => value === state.takeOver,
      }),
      (takeOver) => ({ ...state, takeOver }),
    ),
};

const groupStep: WizardStep<AttachAnswers> = {
  name: 'group',
  ask: async (ui, state) =>
    answered(
      await ui.input({
        prompt: withRefusal(state, t('Resource group to show the vault in')),
        placeholder: t('Example: {0}', 'rescued'),
        value: state.group,
        problem: (group) => resourceGroupNameProblem(group)?.message,
      }),
      (group) => ({ ...state, group }),
    ),
};

/**
 * Asks for the folder and the recovery key of a vault of another computer, or of a lost data folder, and brings it back. What
 * can be mended by another answer is asked again.
 * @throws AppError of the engine for everything else
 */
export async function attachVault(stores: Stores, ui: Ui): Promise<AttachReply | undefined> {
  let answers: AttachAnswers = { folder: '', key: '', takeOver: false, group: '' };
  let steps: readonly WizardStep<AttachAnswers>[] = [folderStep, keyStep, ownerStep];
  for (;;) {
    const given = await runWizard(ui.prompts, { title: t('Open existing vault'), steps }, answers);
    if (!given) return undefined;
    try {
      const reply = await attach(stores, ui, given);
      await Promise.all([refreshWorld(stores), stores.vaults.refreshVault(reply.id)]);
      return reply;
    } catch (error) {
      const mending = isCancelled(error) ? undefined : mendingStep(error);
      if (!mending) throw error;
      answers = { ...given, refusal: failureOf(error) };
      steps = [mending];
    }
  }
}

function attach(stores: Stores, ui: Ui, { folder, key, takeOver, group }: AttachAnswers): Promise<AttachReply> {
  return ui.progress(t('Opening the vault in {0}', folder), (_report, signal) =>
    stores.engine.run(({ local }) =>
      local.attachVault(
        { target: folder, recoveryKey: key, takeOver, ...(group === '' ? {} : { resourceGroup: group }) },
        { signal },
      ),
    ),
  );
}

/** The question whose other answer may succeed. */
function mendingStep(error: unknown): WizardStep<AttachAnswers> | undefined {
  const { code, target } = failureOf(error);
  if (code === 'LocalAttachNothingFound') return folderStep;
  if (code === 'LocalAttachNameTaken') return groupStep;
  return code === 'LocalVaultUnreadable' && target === 'recoveryKey' ? keyStep : undefined;
}

function withRefusal({ refusal }: AttachAnswers, prompt: string): string {
  return refusal ? `${failureText(refusal)} ${prompt}` : prompt;
}

/** What came back, in words, and what to do now. */
export function attachedWords({ name, machines, recoveryPoints, readOnly, holder, problems }: AttachReply): string {
  const unreadable = problems.length === 1 ? t('1 recovery point cannot be read:') : undefined;
  return [
    t('The vault {0} is open: {1}.', name, facts(machinesWords(machines.length), pointsWords(recoveryPoints))),
    readOnly
      ? t(
          'It belongs to {0}, so it is only read here. Open it again and take it over once it is not used there any more.',
          holder ?? t('another computer'),
        )
      : t('Restore works at once. To go on backing up, add the disk images of its machines and enable backup again.'),
    ...(problems.length > 0
      ? [unreadable ?? t('{0} recovery points cannot be read:', problems.length), ...problems]
      : []),
  ].join(' ');
}
