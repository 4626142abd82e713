import { nameIn, parseId } from '../../protocol/ids';
import { line, quoted } from './azCli';
import { lastName } from './ids';
import { expandPath } from './paths';
import type { CheckFacts } from './restoreChecks';
import { rehydrationOf } from './restorePlan';

type Wish = Pick<CheckFacts, 'form' | 'inFolders' | 'machine' | 'point'>;

/** The command line that does what a form asks for; `undefined` for what it has no words for. */
export function restoreCommand(wish: Wish): string | undefined {
  return wish.inFolders ? ownCommand(wish) : azCommand(wish);
}

/** Of `vm-backup`, which restores all disks to a folder. */
function ownCommand({ form, machine }: Wish): string | undefined {
  if (form.target !== 'disks' || form.luns !== undefined) return undefined;
  const point = nameIn(form.pointId, 'recoveryPoints') ?? '';
  return line(`vm-backup restore ${quoted(machine.name)}`, { point, to: expandPath(form.folder) });
}

/** A restore of all disks in the second region of a vault. */
export interface SecondRegionWish {
  readonly pointId: string;
  readonly storageAccountId: string;
  readonly resourceGroup: string;
}

/** The command line of the Azure CLI that restores in the second region of a vault. */
export function secondRegionCommand({ pointId, storageAccountId, resourceGroup }: SecondRegionWish): string {
  return line(RESTORE_DISKS, {
    ...pointOptions(pointId),
    'storage-account': storageAccountId,
    'target-resource-group': resourceGroup,
    'use-secondary-region': [],
    subscription: parseId(pointId)?.subscriptionId ?? '',
  });
}

const RESTORE_DISKS = 'az backup restore restore-disks';

function pointOptions(pointId: string) {
  const of = (type: string) => nameIn(pointId, type) ?? '';
  return {
    'vault-name': of('vaults'),
    'resource-group': parseId(pointId)?.resourceGroup ?? '',
    'container-name': of('protectionContainers'),
    'item-name': of('protectedItems'),
    'rp-name': of('recoveryPoints'),
  };
}

function azCommand(wish: Wish): string {
  const { form } = wish;
  const rehydration = rehydrationOf(wish);
  const { luns, target } = form;
  const vault = parseId(form.pointId);
  return line(RESTORE_DISKS, {
    ...pointOptions(form.pointId),
    'storage-account': form.storageAccountId,
    ...(luns && (luns.length === 0 ? { 'restore-only-osdisk': 'true' } : { diskslist: luns.map(String) })),
    ...(target === 'replaceDisks'
      ? { 'restore-mode': 'OriginalLocation' }
      : { 'target-resource-group': form.resourceGroup }),
    ...(target === 'newMachine' && {
      'restore-mode': 'AlternateLocation',
      'target-vm-name': form.name,
      'target-vnet-name': lastName(form.networkId),
      'target-vnet-resource-group': parseId(form.networkId)?.resourceGroup ?? '',
      'target-subnet-name': lastName(form.subnetId),
    }),
    ...(rehydration && {
      'rehydration-duration': String(rehydration.days),
      'rehydration-priority': rehydration.priority,
    }),
    subscription: vault?.subscriptionId ?? '',
  });
}
