import { AppError } from '../../domain/errors';
import { sameName, vaultNameProblem } from '../../domain/names';
import type { Machine, StorageReplication, Vault } from '../../domain/views';
import { createVaultCli } from '../model/azCli';
import { failureOf, failureText } from '../model/failure';
import type { LastPlaces } from '../model/lastPlaces';
import { isSubscription, type Provider } from '../model/link';
import { placeName } from '../model/placeName';
import type { Stores } from '../model/stores';
import { replicationWords } from '../model/vaultView';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import { groupSteps } from './groupSteps';
import { showRecoveryKey } from './recoveryKey';
import { askSummary, SUMMARY } from './summary';
import {
  answersAt,
  locationStep,
  replicationItems,
  replicationOf,
  subscriptionStep,
  type VaultAnswers,
  warningAt,
  whereStep,
} from './vaultPlace';
import { answered, runWizard, type Wizard, type WizardStep } from './wizard';

const nameStep: WizardStep<VaultAnswers> = {
  name: 'name',
  ask: async (ui, state) =>
    answered(
      await ui.input({
        prompt: t('Name of the vault. 2 to 50 letters, digits and hyphens, starting with a letter.'),
        placeholder: t('Example: home-vault'),
        value: state.name,
        problem: (name) => nameProblem(name, state.vaults),
      }),
      (name) => ({ ...state, name }),
    ),
};

const replicationStep: WizardStep<VaultAnswers> = {
  name: 'replication',
  ask: async (ui, state) =>
    answered(
      await ui.pick<StorageReplication>({
        placeholder: t('Storage replication: locked once the first machine is protected'),
        items: replicationItems(state.link.provider, state.location),
        preset: (value) => value === replicationOf(state),
      }),
      (replication) => ({ ...state, replication }),
    ),
};

const summaryStep = (outer: Ui): WizardStep<VaultAnswers> => ({
  name: SUMMARY,
  ask: (ui, state) =>
    askSummary(ui, state, {
      placeholder: t('Check the vault, then create it'),
      action: t('Create'),
      ...(state.link.provider === 'local'
        ? {
            actionDetail: t(
              'The recovery key is shown once afterwards. Keep it: it opens the vault on another computer.',
            ),
          }
        : {}),
      extras: cliExtras(outer, state),
      rows: [
        ...(state.link.provider === 'azure'
          ? [{ label: t('Subscription'), value: state.link.name, change: { step: 'subscription' } }]
          : []),
        { label: t('Name'), value: state.name, change: { step: 'name' } },
        {
          label: t('Resource group'),
          value: state.group ?? t('{0} (new)', state.newGroup),
          change: { step: state.groups.length > 0 ? 'group' : 'newGroup' },
        },
        {
          label: t('Location'),
          value: placeName(state.location),
          warning: warningAt(state),
          change: { step: 'location' },
        },
        {
          label: t('Storage replication'),
          value: replicationWords(replicationOf(state)),
          change: { step: 'replication' },
        },
      ],
    }),
});

function cliExtras(ui: Ui, state: VaultAnswers) {
  const { link, name, group, newGroup, location } = state;
  if (!isSubscription(link)) return [];
  const text = createVaultCli({
    subscriptionId: link.subscription.id,
    name,
    resourceGroup: group ?? newGroup,
    newGroup: group === undefined,
    location: location.name,
    replication: replicationOf(state),
  });
  return [{ label: t('$(copy) Copy as az CLI'), run: () => ui.copy(text) }];
}

/** The questions of **Create Vault**. */
function createVaultWizard(
  stores: Stores,
  ui: Ui,
  { canLeave = false, places }: { canLeave?: boolean; places?: LastPlaces | undefined },
): Wizard<VaultAnswers> {
  const steps = [
    whereStep(stores, places),
    nameStep,
    subscriptionStep(stores, places),
    ...groupSteps<VaultAnswers>(),
    locationStep(stores, ui),
    replicationStep,
    summaryStep(ui),
  ];
  return { title: t('Create vault'), steps, canLeave };
}

/**
 * Asks for a vault, creates it and shows its recovery key. With `suggested` the questions are answered already, and only the
 * summary is asked.
 * @returns the vault, or `undefined` if the person went back to the wizard that this one was entered from
 */
export async function createVault(
  stores: Stores,
  ui: Ui,
  options: {
    name?: string;
    near?: Machine | undefined;
    provider?: Provider;
    canLeave?: boolean;
    suggested?: boolean;
    /** Where the last vault was made: that is suggested, unless a machine is near. */
    places?: LastPlaces | undefined;
  } = {},
): Promise<Vault | undefined> {
  const { near, provider } = options;
  const { engine, subscriptions } = stores.links;
  const link = near ? stores.links.of(near.id) : provider === 'azure' ? (subscriptions[0] ?? engine) : engine;
  const placed = near !== undefined || provider !== undefined;
  const answersThere = await answersAt(link, options).catch((error: unknown) => {
    // Nobody has asked for this computer yet: an engine that cannot start does not keep from Azure.
    const [subscription] = subscriptions;
    if (placed || !subscription) throw error;
    return answersAt(subscription, options);
  });
  const start = { ...answersThere, placed };
  const wizard = createVaultWizard(stores, ui, options);
  const answers = await runWizard(ui.prompts, wizard, start, options.suggested ? SUMMARY : undefined);
  if (!answers) return undefined;
  const vault = await ui.progress(t('Creating vault {0}', answers.name), (report, signal) =>
    answers.link.run(async (client) => {
      if (answers.group === undefined) {
        report(t('Creating resource group {0}', answers.newGroup));
        await client.createResourceGroup({ name: answers.newGroup, location: answers.location.name }, { signal });
      }
      report(t('Creating the vault'));
      return client.createVault(
        {
          name: answers.name,
          resourceGroup: answers.group ?? answers.newGroup,
          location: answers.location.name,
          replication: replicationOf(answers),
        },
        { signal },
      );
    }),
  );
  options.places?.set(answers.link, { group: vault.resourceGroup, location: vault.location });
  await stores.vaults.refresh();
  if (answers.link.provider === 'local') await showKeyOf(stores, ui, vault);
  return vault;
}

async function showKeyOf(stores: Stores, ui: Ui, vault: Vault): Promise<void> {
  const key = await stores.engine
    .run((client) => client.local.createRecoveryKey(vault.id))
    .catch((error: unknown) => {
      throw new AppError(
        'RecoveryKeyNotMade',
        t('The vault {0} was created, but without a recovery key. {1}', vault.name, failureText(failureOf(error))),
        { cause: error },
      );
    });
  await showRecoveryKey(ui, vault.name, key);
}

function nameProblem(name: string, vaults: readonly Vault[]): string | undefined {
  const problem = vaultNameProblem(name)?.message;
  if (problem) return problem;
  const taken = vaults.find((vault) => sameName(vault.name, name));
  return (
    taken && t('A vault named {0} exists in resource group {1}. Choose another name.', taken.name, taken.resourceGroup)
  );
}
