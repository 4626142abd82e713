import type { Connection } from '../../client/connection';
import { AppError } from '../../domain/errors';
import { DEFAULT_GROUP, sameLocation, sameName } from '../../domain/names';
import { formatBytes } from '../../domain/sizes';
import type { Location, Machine, ResourceGroup, StorageReplication, Vault } from '../../domain/views';
import { facts } from '../model/format';
import type { LastPlaces } from '../model/lastPlaces';
import type { Link, Provider, SubscriptionLink } from '../model/link';
import { placeName } from '../model/placeName';
import { knownMachines, type Stores } from '../model/stores';
import { replicationWords } from '../model/vaultView';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import type { PickItem } from '../ui/prompts';
import { addSite } from './addSite';
import { machineWarnings } from './diskWarning';
import { freeBytes } from './freeSpace';
import type { WizardStep } from './wizard';

/** What the wizard chooses from at one place. */
interface PlaceChoices {
  readonly link: Link;
  readonly locations: readonly Location[];
  readonly groups: readonly ResourceGroup[];
  readonly vaults: readonly Vault[];
  /** What is risky about locations of this computer, by their names in lower case. */
  readonly warnings: ReadonlyMap<string, string>;
}

export interface VaultAnswers extends PlaceChoices {
  /** Where it is to be was settled before the wizard began. */
  readonly placed: boolean;
  readonly name: string;
  /** Name of an existing group; `undefined` for a new one. */
  readonly group: string | undefined;
  readonly newGroup: string;
  readonly location: Location;
  readonly replication: StorageReplication | undefined;
}

/** The answers that the wizard starts with at a place: group and location of the machine that the vault is for, or the last ones. */
export async function answersAt(
  link: Link,
  { name = '', near, places }: { name?: string; near?: Machine | undefined; places?: LastPlaces | undefined },
): Promise<Omit<VaultAnswers, 'placed'>> {
  const choices = await link.run(async (client) => {
    const [locations, groups, vaults, warnings] = await Promise.all([
      client.locations(),
      client.resourceGroups(),
      client.vaults(),
      siteWarnings(client),
    ]);
    return { link, locations, groups, vaults, warnings };
  });
  const last = near ? { group: near.resourceGroup, location: near.location } : places?.of(link);
  const location =
    choices.locations.find((known) => last && sameLocation(known.name, last.location)) ?? choices.locations[0];
  if (!location) {
    throw new AppError('NoLocation', t('{0} has no location to create a vault in.', link.name));
  }
  return {
    ...choices,
    name: choices.vaults.some((vault) => sameName(vault.name, name)) ? '' : name,
    group: (choices.groups.find((known) => last && sameName(known.name, last.group)) ?? choices.groups[0])?.name,
    newGroup: DEFAULT_GROUP,
    location,
    replication: undefined,
  };
}

/** Asks whether the vault is to be on this computer or in Azure; there is one answer while nobody is signed in. */
export const whereStep = (stores: Stores, places?: LastPlaces): WizardStep<VaultAnswers> => ({
  name: 'where',
  applies: ({ placed }) => !placed && stores.links.subscriptions.length > 0,
  ask: async (ui, state) => {
    const answer = await ui.pick<Provider>({
      placeholder: t('Where: what keeps the recovery points?'),
      items: [
        {
          value: 'local',
          label: t('$(vm) This computer'),
          detail: t('In a folder of yours, encrypted. For machines on this computer.'),
        },
        {
          value: 'azure',
          label: t('$(azure) Azure'),
          detail: t('In a Recovery Services vault of your subscription. For machines in Azure.'),
        },
      ],
      preset: (value) => value === state.link.provider,
    });
    if (answer.kind === 'back') return answer;
    if (answer.value === state.link.provider) return { kind: 'next', state };
    const { engine, subscriptions } = stores.links;
    const link = answer.value === 'azure' ? (subscriptions[0] ?? engine) : engine;
    return { kind: 'next', state: { ...state, ...(await answersAt(link, { places })), name: state.name } };
  },
});

/** Asks for the subscription of a vault in Azure, where there are several. */
export const subscriptionStep = (stores: Stores, places?: LastPlaces): WizardStep<VaultAnswers> => ({
  name: 'subscription',
  applies: ({ link }) => link.provider === 'azure' && stores.links.subscriptions.length > 1,
  ask: async (ui, state) => {
    const answer = await ui.pick<SubscriptionLink>({
      placeholder: t('Subscription: who pays for the vault'),
      items: stores.links.subscriptions.map((link) => ({
        value: link,
        label: link.name,
        description: link.subscription.person.label,
      })),
      preset: (link) => link === state.link,
    });
    if (answer.kind === 'back') return answer;
    if (answer.value === state.link) return { kind: 'next', state };
    return { kind: 'next', state: { ...state, ...(await answersAt(answer.value, { places })), name: state.name } };
  },
});

export const locationStep = (stores: Stores, outer: Ui): WizardStep<VaultAnswers> => ({
  name: 'location',
  ask: async (ui, state) => {
    for (let now = state; ; ) {
      const { locations, location: chosen } = now;
      const answer = await ui.pick<Location | 'addSite'>({
        placeholder: locationQuestion(stores, now.link),
        items:
          now.link.provider === 'azure'
            ? regionItems(stores, now.link, locations)
            : [
                ...(await siteItems(stores, now)),
                {
                  value: 'addSite',
                  label: t('$(add) Add a site…'),
                  detail: t('Another folder that vaults are kept in.'),
                },
              ],
        preset: (value) => value !== 'addSite' && sameName(value.name, chosen.name),
      });
      if (answer.kind === 'back') return answer;
      if (answer.value !== 'addSite') {
        return { kind: 'next', state: { ...now, location: answer.value, replication: undefined } };
      }
      const site = await addSite(stores, outer, { canLeave: true });
      if (!site) continue;
      const [known, warnings] = await stores.engine.run((client) =>
        Promise.all([client.locations(), siteWarnings(client)]),
      );
      now = {
        ...now,
        warnings,
        locations: known,
        location: known.find(({ name }) => sameName(name, site.name)) ?? chosen,
      };
    }
  },
});

/** The locations of this computer, with the folder that is behind each, and the space left there. */
async function siteItems(
  stores: Stores,
  { locations, warnings }: Pick<VaultAnswers, 'locations' | 'warnings'>,
): Promise<PickItem<Location>[]> {
  const sites = await stores.engine.run((client) => client.local.sites());
  return Promise.all(
    locations.map(async (location) => {
      const folder = sites.find(({ name }) => sameName(name, location.name))?.folder;
      const free = folder === undefined ? undefined : await freeBytes(folder);
      return {
        value: location,
        label: placeName(location),
        description: folder ?? location.name,
        detail: facts(
          free === undefined ? undefined : t('{0} free', formatBytes(free)),
          location.pairedWith === undefined ? t('no second site') : t('second site {0}', location.pairedWith),
          warningAt({ location, warnings }, (warning) => `$(warning) ${warning}`),
        ),
      };
    }),
  );
}

/** The warnings of the locations of this computer; Azure has none. */
async function siteWarnings(client: Connection): Promise<ReadonlyMap<string, string>> {
  if (!client.local) return new Map();
  const [sites, machines] = await Promise.all([client.local.sites(), client.machines()]);
  return machineWarnings(sites, machines);
}

/** What is risky about the location, in the form that it is shown in. */
export function warningAt(
  { location, warnings }: Pick<VaultAnswers, 'location' | 'warnings'>,
  shown: (warning: string) => string = (warning) => warning,
): string | undefined {
  const warning = warnings.get(location.name.toLowerCase());
  return warning && shown(warning);
}

/** The question for a region or site; a note tells of machines in several regions. */
function locationQuestion(stores: Stores, link: Link): string {
  const own = (stores.machines.machines.value ?? []).filter(({ id }) => stores.links.of(id) === link);
  const regions = new Set(own.map(({ location }) => location.toLowerCase())).size;
  return link.provider === 'azure' && regions > 1
    ? t('Location: a VM can only be backed up to a vault in its own region; you have VMs in {0} regions', regions)
    : t('Location: a machine can only be backed up to a vault in its own location');
}

/** The regions of a subscription; those with machines that are not protected first, and how many these are. */
function regionItems(stores: Stores, link: Link, locations: readonly Location[]): PickItem<Location>[] {
  const bare = knownMachines(stores).filter(({ item, machineId }) => !item && stores.links.of(machineId) === link);
  const counted = locations.map((location) => ({
    location,
    count: bare.filter(({ machine }) => machine && sameLocation(machine.location, location.name)).length,
  }));
  return counted
    .toSorted((a, b) => b.count - a.count || a.location.displayName.localeCompare(b.location.displayName))
    .map(({ location, count }) => ({
      value: location,
      label: location.displayName,
      description: location.name,
      ...(count === 0
        ? {}
        : { detail: count === 1 ? t('1 VM is not protected here') : t('{0} VMs are not protected here', count) }),
    }));
}

/** The replication that was chosen, or the usual one: geo-redundant wherever there can be a second copy. */
export function replicationOf({ replication, link, location }: VaultAnswers): StorageReplication {
  const paired = link.provider === 'azure' || location.pairedWith !== undefined;
  return replication ?? (paired ? 'GeoRedundant' : 'LocallyRedundant');
}

/** The replications to choose from at a location, each with one sentence that says what it is for. */
export function replicationItems(provider: Provider, location: Location | undefined): PickItem<StorageReplication>[] {
  if (provider === 'azure') return azureReplicationItems();
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

function azureReplicationItems(): PickItem<StorageReplication>[] {
  return [
    {
      value: 'GeoRedundant',
      label: replicationWords('GeoRedundant'),
      detail: t('A second copy in the paired region. Use it if this is your primary backup.'),
    },
    {
      value: 'LocallyRedundant',
      label: replicationWords('LocallyRedundant'),
      detail: t('Copies in one datacenter. Cheaper, but less durable.'),
    },
    {
      value: 'ZoneRedundant',
      label: replicationWords('ZoneRedundant'),
      detail: t('Copies in several datacenters of the region.'),
    },
  ];
}
