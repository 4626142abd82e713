import type { DeletedVault } from '../../client/advanced';
import { AppError } from '../../domain/errors';
import type { Location } from '../../domain/views';
import { parseId } from '../../protocol/ids';
import { dayText, facts } from '../model/format';
import { lastName } from '../model/ids';
import type { Link } from '../model/link';
import { placeName } from '../model/placeName';
import { refreshWorld, type Stores } from '../model/stores';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import { ONE_QUESTION } from '../ui/prompts';

interface Found {
  readonly link: Link;
  readonly vault: DeletedVault;
}

/** Brings back a vault that somebody deleted, with what it held, for as long as the service keeps it. */
export async function undeleteVault(stores: Stores, ui: Ui): Promise<void> {
  const place = await choosePlace(stores, ui);
  if (!place) return;
  const { link, location } = place;
  const found = await ui.progress(t('Looking for deleted vaults in {0}', placeName(location)), (_report, signal) =>
    link.run((client) => client.advanced.deletedVaults(location.name, { signal })),
  );
  if (found.length === 0) throw noneDeleted(location);
  const answer = await ui.prompts.pick<Found>({
    title: t('Undelete vault'),
    ...ONE_QUESTION,
    placeholder: t('Which vault do you want back?'),
    items: found.map((vault) => ({
      value: { link, vault },
      label: lastName(vault.vaultId),
      description: parseId(vault.vaultId)?.resourceGroup ?? '',
      detail: timesOf(vault, stores.clock.now()),
    })),
  });
  if (answer.kind === 'back') return;
  const { vault } = answer.value;
  const name = lastName(vault.vaultId);
  await ui.progress(t('Bringing back the vault {0}', name), (_report, signal) =>
    link.run((client) => client.advanced.undeleteVault(vault, undefined, { signal })),
  );
  await refreshWorld(stores);
  ui.toast({ level: 'info', text: t('The vault {0} is back, with what it held.', name) });
}

/** A region of a subscription, or a location of this computer: those that vaults were seen in come first. */
async function choosePlace(
  stores: Stores,
  ui: Ui,
): Promise<{ readonly link: Link; readonly location: Location } | undefined> {
  await stores.vaults.ensure();
  const { all } = stores.links;
  const used = new Set(stores.vaults.branches.map(({ vault }) => vault.location.toLowerCase()));
  const isUsed = ({ name }: Location) => used.has(name.toLowerCase());
  const answer = await ui.prompts.pick<{ link: Link; location: Location }>({
    title: t('Undelete vault'),
    ...ONE_QUESTION,
    placeholder: t('Where was the vault?'),
    items: async (signal) => {
      const places = await Promise.all(
        all.map(async (link) => {
          const locations = await link.run((client) => client.locations({ signal }));
          const sorted = [...locations.filter(isUsed), ...locations.filter((location) => !isUsed(location))];
          return sorted.map((location) => ({
            value: { link, location },
            label: placeName(location),
            section: link.name,
          }));
        }),
      );
      return places.flat();
    },
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

function timesOf({ deletedAt, purgeAt }: DeletedVault, now: number): string {
  const deleted = deletedAt === undefined ? '' : t('deleted {0}', dayText(deletedAt, now));
  const purged = purgeAt === undefined ? '' : t('gone for good on {0}', dayText(purgeAt, now));
  return facts(deleted, purged);
}

function noneDeleted(location: Location): AppError {
  return new AppError('NothingToChoose', t('No deleted vault is kept in {0}.', placeName(location)), {
    details: {
      recommendation: t('A deleted vault is kept for the days of its soft delete. Look in another location.'),
    },
  });
}
