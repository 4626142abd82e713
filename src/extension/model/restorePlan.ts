import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Connection, RestoreInput } from '../../client/connection';
import { needsRehydration, REHYDRATION_DAYS, type Rehydration, rehydrationDays } from '../../domain/archiveTier';
import { sameLocation, sameName } from '../../domain/names';
import type { RecoveryPoint, ResourceGroup, StorageAccount, VirtualNetwork } from '../../domain/views';
import type { RestoreDisk, RestoreForm, RestoreSnapshot } from '../../messages/restore';
import { groupId, MACHINES, parseId, resourceId } from '../../protocol/ids';
import { RESTORE_GROUP } from '../../protocol/local';
import { t } from '../text';
import type { MachineFacts } from './machineFacts';

/** Names that are tried for a new machine before it is left to the person. */
const MOST_SUGGESTED = 99;

/** What can be chosen for a restore on a connection. */
export interface RestoreChoices {
  /** Disks are written to folders of this computer; else to storage accounts. */
  readonly inFolders: boolean;
  readonly groups: readonly ResourceGroup[];
  readonly accounts: readonly StorageAccount[];
  /** Absent where machines have no networks. */
  readonly networks?: readonly VirtualNetwork[];
}

/** Reads what can be chosen. Accounts and networks are not asked of this computer, which stages nothing in them. */
export async function readChoices(client: Connection, signal: AbortSignal): Promise<RestoreChoices> {
  const inFolders = client.local !== undefined;
  const [groups, accounts, networks] = await Promise.all([
    client.resourceGroups({ signal }),
    inFolders ? [] : client.storageAccounts({ signal }),
    inFolders ? undefined : client.virtualNetworks({ signal }),
  ]);
  const offered = groups.filter(({ name }) => !(inFolders && sameName(name, RESTORE_GROUP)));
  return { inFolders, groups: offered, accounts, ...(networks && { networks }) };
}

/** What the form offers, without what the service would refuse: that is told in a sentence. */
export function restoreOffer(
  choices: RestoreChoices,
  machine: MachineFacts,
): Pick<RestoreSnapshot, 'groups' | 'networks' | 'notes' | 'place' | 'targets'> {
  const location = locationOf(machine);
  const inPlace = ({ location: at }: { location: string }) => sameLocation(at, location);
  const accounts = choices.accounts.filter(inPlace);
  const networks = choices.networks?.filter((network) => inPlace(network) && network.subnets.length > 0);
  const lessAccounts = choices.accounts.length - accounts.length;
  const lessNetworks = (choices.networks?.length ?? 0) - (networks?.length ?? 0);
  return {
    groups: choices.groups.map(({ name }) => name),
    place: choices.inFolders
      ? { kind: 'folder' }
      : {
          kind: 'account',
          accounts: accounts.map(named),
          ...(lessAccounts > 0 && {
            hidden: t('Not offered: {0} outside {1}, where the recovery point is.', lessAccounts, location),
          }),
        },
    ...(networks && {
      networks: {
        all: networks.map((network) => ({
          ...named(network),
          subnets: network.subnets.map(({ id, name }) => ({ id, name })),
        })),
        ...(lessNetworks > 0 && {
          hidden: t('Not offered: {0} outside {1} or without a subnet.', lessNetworks, location),
        }),
      },
    }),
    notes: choices.inFolders
      ? [
          t(
            'Disks are written as raw images. Machines of this computer have no networks and are not started, so the form asks for neither.',
          ),
        ]
      : [],
    targets: [
      { kind: 'disks' },
      { kind: 'newMachine' },
      {
        kind: 'replaceDisks',
        ...(machine.machine ? {} : { reason: t('The machine is not found any more: there are no disks to replace.') }),
      },
    ],
  };
}

/** What the form starts with: the disks of the newest point, or of the one that was opened, to a new folder. */
export function restoreDraft(
  choices: RestoreChoices,
  machine: MachineFacts,
  options: { readonly pointId: string; readonly taken: (name: string) => boolean },
): RestoreForm {
  const own = parseId(machine.machineId)?.resourceGroup ?? '';
  const group = choices.groups.find(({ name }) => sameName(name, own)) ?? choices.groups[0];
  return {
    pointId: options.pointId,
    target: 'disks',
    folder: choices.inFolders ? join(homedir(), 'Restored', machine.name) : '',
    storageAccountId: '',
    name: freeName(machine.name, options.taken),
    resourceGroup: group?.name ?? '',
    networkId: '',
    subnetId: '',
    typedName: '',
    rehydrationDays: String(REHYDRATION_DAYS.usual),
    rehydrationPriority: 'Standard',
  };
}

/** The disks that can be restored: those that the point tells of, else those that the machine has now. */
export function restoreDisksOf(machine: MachineFacts, point: RecoveryPoint | undefined): RestoreDisk[] {
  const present = machine.machine?.disks ?? [];
  const sizeOf = (lun: number | undefined) => present.find((disk) => disk.lun === lun)?.sizeBytes;
  const disks: readonly RestoreDisk[] = point?.disks ?? present;
  return disks.map(({ name, lun }) => {
    const sizeBytes = sizeOf(lun);
    return { name, ...(lun !== undefined && { lun }), ...(sizeBytes !== undefined && { sizeBytes }) };
  });
}

/** The disks that a form restores. */
export function chosenDisks(disks: readonly RestoreDisk[], { luns }: Pick<RestoreForm, 'luns'>): RestoreDisk[] {
  return disks.filter(({ lun }) => lun === undefined || (luns?.includes(lun) ?? true));
}

/** Bytes of the chosen disks; `undefined` where one does not tell its size. */
export function chosenBytes(disks: readonly RestoreDisk[], form: Pick<RestoreForm, 'luns'>): number | undefined {
  const sizes = chosenDisks(disks, form).map(({ sizeBytes }) => sizeBytes);
  return sizes.length === 0 || sizes.includes(undefined)
    ? undefined
    : sizes.reduce((sum: number, size) => sum + (size ?? 0), 0);
}

/** The location that a restore happens in. */
export function locationOf({ vault, machine }: MachineFacts): string {
  return vault?.location ?? machine?.location ?? '';
}

/** What a restore is made from. */
export interface RestoreWish {
  readonly form: RestoreForm;
  readonly machine: MachineFacts;
  readonly point: RecoveryPoint | undefined;
}

/** How the point of a form is rehydrated; `undefined` for one that is not to be, and for a number of days that cannot be. */
export function rehydrationOf({ form, point }: Pick<RestoreWish, 'form' | 'point'>): Rehydration | undefined {
  const days = rehydrationDays(form.rehydrationDays);
  if (!point || !needsRehydration(point) || days === undefined) return undefined;
  return { days, priority: form.rehydrationPriority };
}

/** The request that a form means. @param storageAccountId where the disks are staged; none where disks are replaced in place */
export function restoreInput(wish: RestoreWish, storageAccountId: string): RestoreInput {
  const { form, machine } = wish;
  const { pointId, luns } = form;
  const { machineId } = machine;
  const rehydration = rehydrationOf(wish);
  const common = {
    pointId,
    machineId,
    location: locationOf(machine),
    ...(luns && { luns }),
    ...(rehydration && { rehydration }),
  };
  const subscriptionId = parseId(machineId)?.subscriptionId ?? '';
  switch (form.target) {
    case 'disks':
      return {
        ...common,
        target: {
          kind: 'disks',
          storageAccountId,
          ...(form.storageAccountId !== '' && { resourceGroupId: groupId(subscriptionId, form.resourceGroup) }),
        },
      };
    case 'newMachine':
      return {
        ...common,
        target: {
          kind: 'newMachine',
          machineId: resourceId(subscriptionId, form.resourceGroup, MACHINES, form.name),
          storageAccountId,
          ...(form.networkId !== '' && { subnet: { networkId: form.networkId, subnetId: form.subnetId } }),
        },
      };
    default:
      return { ...common, target: { kind: 'replaceDisks', ...(storageAccountId !== '' && { storageAccountId }) } };
  }
}

/** True if the new machine of a form would take the name of one that is there. */
export function isTaken(machines: readonly MachineFacts[], { name, resourceGroup }: RestoreForm): boolean {
  return machines.some(
    ({ machine }) => machine && sameName(machine.name, name) && sameName(machine.resourceGroup, resourceGroup),
  );
}

function named({ id, name, resourceGroup }: { id: string; name: string; resourceGroup: string }) {
  return { id, name, group: resourceGroup };
}

function freeName(name: string, taken: (name: string) => boolean): string {
  const base = `${name}-restored`;
  const names = [base, ...Array.from({ length: MOST_SUGGESTED - 1 }, (_, i) => `${base}-${i + 2}`)];
  return names.find((candidate) => !taken(candidate)) ?? '';
}
