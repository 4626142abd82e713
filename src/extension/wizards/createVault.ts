import { AppError } from '../../domain/errors';
import { sameLocation, sameName, vaultNameProblem } from '../../domain/names';
import { formatBytes } from '../../domain/sizes';
import type { Location, Machine, ResourceGroup, StorageReplication, Vault } from '../../domain/views';
import { failureOf, failureText } from '../model/failure';
import { facts } from '../model/format';
import type { Stores } from '../model/stores';
import { replicationWords } from '../model/vaultView';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import type { PickItem } from '../ui/prompts';
import { addSite } from './addSite';
import { freeBytes } from './freeSpace';
import { DEFAULT_GROUP, groupSteps } from './groupSteps';
import { showRecoveryKey } from './recoveryKey';
import { askSummary, SUMMARY } from './summary';
import { answered, runWizard, type Wizard, type WizardStep } from './wizard';

/** What the wizard chooses from, read before its first question. */
export interface VaultChoices {
  readonly locations: readonly Location[];
  readonly groups: readonly ResourceGroup[];
  readonly vaults: readonly Vault[];
}

export interface VaultAnswers extends VaultChoices {
  readonly name: string;
  /** Name of an existing group; `undefined` for a new one. */
  readonly group: string | undefined;
  readonly newGroup: string;
  readonly location: Location;
  readonly replication: StorageReplication | undefined;
}

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

const locationStep = (stores: Stores, outer: Ui): WizardStep<VaultAnswers> => ({
  name: 'location',
  ask: async (ui, state) => {
    for (let now = state; ; ) {
      const { locations, location: chosen } = now;
      const answer = await ui.pick<Location | 'addSite'>({
        placeholder: t('Location: a machine can only be backed up to a vault in its own location'),
        items: [
          ...(await locationItems(stores, locations)),
          { value: 'addSite', label: t('$(add) Add a site…'), detail: t('Another folder that vaults are kept in.') },
        ],
        preset: (value) => value !== 'addSite' && sameName(value.name, chosen.name),
      });
      if (answer.kind === 'back') return answer;
      if (answer.value !== 'addSite') {
        return { kind: 'next', state: { ...now, location: answer.value, replication: undefined } };
      }
      const site = await addSite(stores, outer, { canLeave: true });
      if (!site) continue;
      const known = await stores.engine.run((client) => client.locations());
      now = { ...now, locations: known, location: known.find(({ name }) => sameName(name, site.name)) ?? chosen };
    }
  },
});

/** The locations with the folder that is behind each, and the space left there. */
async function locationItems(stores: Stores, locations: readonly Location[]): Promise<PickItem<Location>[]> {
  const sites = await stores.engine.run((client) => client.local.sites());
  return Promise.all(
    locations.map(async (location) => {
      const folder = sites.find(({ name }) => sameName(name, location.name))?.folder;
      const free = folder === undefined ? undefined : await freeBytes(folder);
      return {
        value: location,
        label: location.displayName,
        description: folder ?? location.name,
        detail: facts(
          free === undefined ? undefined : t('{0} free', formatBytes(free)),
          location.pairedWith === undefined ? t('no second site') : t('second site {0}', location.pairedWith),
        ),
      };
    }),
  );
}

const replicationStep: WizardStep<VaultAnswers> = {
  name: 'replication',
  ask: async (ui, state) =>
    answered(
      await ui.pick<StorageReplication>({
        placeholder: t('Storage replication: locked once the first machine is protected'),
        items: replicationItems(state.location),
        preset: (value) => value === replicationOf(state),
      }),
      (replication) => ({ ...state, replication }),
    ),
};

const summaryStep: WizardStep<VaultAnswers> = {
  name: SUMMARY,
  ask: (ui, state) =>
    askSummary(ui, state, {
      placeholder: t('Check the vault, then create it'),
      action: t('Create'),
      actionDetail: t('The recovery key is shown once afterwards. Keep it: it opens the vault on another computer.'),
      rows: [
        { label: t('Name'), value: state.name, change: { step: 'name' } },
        {
          label: t('Resource group'),
          value: state.group ?? t('{0} (new)', state.newGroup),
          change: { step: state.groups.length > 0 ? 'group' : 'newGroup' },
        },
        {
          label: t('Location'),
          value: state.location.displayName,
          change: { step: 'location' },
        },
        {
          label: t('Storage replication'),
          value: replicationWords(replicationOf(state)),
          change: { step: 'replication' },
        },
      ],
    }),
};

/** The questions of **Create Vault**. Where and subscription have one possible answer yet and are not asked. */
function createVaultWizard(stores: Stores, ui: Ui, canLeave: boolean): Wizard<VaultAnswers> {
  const steps = [nameStep, ...groupSteps<VaultAnswers>(), locationStep(stores, ui), replicationStep, summaryStep];
  return { title: t('Create vault'), steps, canLeave };
}

/** Where a machine is: a vault for it is suggested in the same resource group and location. */
export type Near = Pick<Machine, 'resourceGroup' | 'location'>;

/** The answers that the wizard starts with. */
export function firstVaultAnswers(choices: VaultChoices, name = '', near?: Near): VaultAnswers {
  const location =
    choices.locations.find((known) => near && sameLocation(known.name, near.location)) ?? choices.locations[0];
  if (!location) {
    throw new AppError('NoLocation', t('The engine has no location to create a vault in.'));
  }
  return {
    ...choices,
    name: choices.vaults.some((vault) => sameName(vault.name, name)) ? '' : name,
    group: (choices.groups.find((known) => near && sameName(known.name, near.resourceGroup)) ?? choices.groups[0])
      ?.name,
    newGroup: DEFAULT_GROUP,
    location,
    replication: undefined,
  };
}

/**
 * Asks for a vault, creates it and shows its recovery key.
 * @returns the vault, or `undefined` if the person went back to the wizard that this one was entered from
 */
export async function createVault(
  stores: Stores,
  ui: Ui,
  options: { name?: string; near?: Near | undefined; canLeave?: boolean } = {},
): Promise<Vault | undefined> {
  const choices = await stores.engine.run(async (client) => {
    const [locations, groups, vaults] = await Promise.all([
      client.locations(),
      client.resourceGroups(),
      client.vaults(),
    ]);
    return { locations, groups, vaults };
  });
  const wizard = createVaultWizard(stores, ui, options.canLeave ?? false);
  const answers = await runWizard(ui.prompts, wizard, firstVaultAnswers(choices, options.name, options.near));
  if (!answers) return undefined;
  const vault = await ui.progress(t('Creating vault {0}', answers.name), (report, signal) =>
    stores.engine.run(async (client) => {
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
  await stores.vaults.refresh();
  await showKeyOf(stores, ui, vault);
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

function replicationOf(state: VaultAnswers): StorageReplication {
  return state.replication ?? (state.location.pairedWith === undefined ? 'LocallyRedundant' : 'GeoRedundant');
}

/** The replications to choose from at a location, each with one sentence that says what it is for. */
export function replicationItems(location: Location | undefined): PickItem<StorageReplication>[] {
  const pair = location?.pairedWith;
  return [
    {
      value: 'LocallyRedundant',
      label: replicationWords('LocallyRedundant'),
      detail:
        pair === undefined
          ? t('One copy at this location. Suggested here, because the location has no second site.')
          : t('One copy at this location. Cheaper, but less durable.'),
    },
    {
      value: 'GeoRedundant',
      label: replicationWords('GeoRedundant'),
      detail:
        pair === undefined
          ? t('A second copy at a second site. There is none yet: one copy until it is added.')
          : t('A second copy at {0}. Use it if this is your primary backup.', pair),
    },
  ];
}

function nameProblem(name: string, vaults: readonly Vault[]): string | undefined {
  const problem = vaultNameProblem(name)?.message;
  if (problem) return problem;
  const taken = vaults.find((vault) => sameName(vault.name, name));
  return (
    taken && t('A vault named {0} exists in resource group {1}. Choose another name.', taken.name, taken.resourceGroup)
  );
}
