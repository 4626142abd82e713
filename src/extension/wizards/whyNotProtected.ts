import { sameLocation } from '../../domain/names';
import { COMMANDS } from '../commands/ids';
import { failureText } from '../model/failure';
import type { MachineFacts } from '../model/machineFacts';
import type { Stores } from '../model/stores';
import type { VaultBranch } from '../model/vaultStore';
import { t } from '../text';
import type { MessageAction, Toast } from '../ui/messages';

/** Why a machine is not protected, as far as is known, with what can be done about it. */
export function whyNotProtected(stores: Stores, machine: MachineFacts): Toast {
  const { text, actions } = reasonOf(stores, machine);
  return { level: 'info', text, actions };
}

type Reason = Pick<Toast, 'text'> & { readonly actions: readonly MessageAction[] };

function reasonOf(stores: Stores, machine: MachineFacts): Reason {
  const { name, obstacle } = machine;
  const enable: MessageAction = {
    title: t('Enable backup'),
    command: COMMANDS.protect,
    targets: [{ kind: 'machine', machineId: machine.machineId }],
  };
  const again: MessageAction = { title: t('Look again'), command: COMMANDS.refresh };
  if (machine.item) return { text: t('{0} is protected by vault {1}.', name, machine.vault?.name ?? ''), actions: [] };
  if (obstacle !== undefined) {
    return {
      text: t('{0} cannot be protected: {1}.', name, obstacle),
      actions: lacksDisk(machine) ? [addImage(), again] : [],
    };
  }
  const { links, vaults } = stores;
  const link = links.of(machine.machineId);
  const { value, failure } = vaults.of(link);
  if (value === undefined) {
    const cause = failure ? failureText(failure) : '';
    return {
      text: t(
        'Whether {0} is protected is not known: the vaults of {1} could not be read. {2}',
        name,
        link.name,
        cause,
      ),
      actions: [again],
    };
  }
  const own = vaults.branches.filter(({ vault }) => links.of(vault.id) === link);
  if (own.length === 0) {
    return {
      text: t('{0} is not protected, because there is no vault yet. Enabling backup creates one.', name),
      actions: [enable],
    };
  }
  const location = machine.machine?.location;
  const near = own.filter(({ vault }) => location === undefined || sameLocation(vault.location, location));
  if (near.length === 0) return { text: farWords(stores, machine, own), actions: [enable] };
  const unread = near.find(({ items }) => items.value === undefined || items.failure);
  if (unread) {
    const cause = unread.items.failure ? failureText(unread.items.failure) : '';
    return {
      text: t(
        'Whether {0} is protected is not known: the vault {1} could not be read. {2}',
        name,
        unread.vault.name,
        cause,
      ),
      actions: [again],
    };
  }
  const holder = near.every(({ heldBy }) => heldBy) ? near[0] : undefined;
  if (holder) {
    return {
      text: t(
        '{0} is not protected: the vault {1} belongs to {2} and is only read here.',
        name,
        holder.vault.name,
        holder.heldBy ?? '',
      ),
      actions: [enable],
    };
  }
  return {
    text: t('{0} is not protected, because no vault has it enabled. Nothing stands in the way.', name),
    actions: [enable],
  };
}

function farWords({ vaults }: Stores, { name, machine }: MachineFacts, own: readonly VaultBranch[]): string {
  const words = (location: string) =>
    vaults.locations.value?.find((one) => sameLocation(one.name, location))?.displayName ?? location;
  const places = Array.from(new Set(own.map(({ vault }) => words(vault.location)))).join(', ');
  return t(
    '{0} is not protected: it is in {1}, and all vaults are in {2}. A vault protects machines of its own location. Enabling backup creates one there.',
    name,
    words(machine?.location ?? ''),
    places,
  );
}

/** True for a machine of this computer that another disk image would help. */
function lacksDisk({ provider, machine }: MachineFacts): boolean {
  const disks = machine?.disks ?? [];
  return provider === 'local' && (disks.length === 0 || disks.some(({ missing }) => missing));
}

function addImage(): MessageAction {
  return { title: t('Add disk image'), command: COMMANDS.machineAddImage };
}
