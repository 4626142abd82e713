import { t } from '../text';
import { spanText } from './format';
import type { MachineFacts } from './machineFacts';
import type { VaultBranch } from './vaultStore';

/** One line of what stands between a vault and its deletion (UX §7). */
export interface Blocker {
  readonly kind: 'protected' | 'softDeleted' | 'containers' | 'immutability';
  readonly icon: 'error' | 'clock' | 'pass' | 'lock';
  readonly text: string;
  /** What can be done about it, where something stands in the way. */
  readonly action?: string;
  /** The machines that it is about. */
  readonly machines: readonly MachineFacts[];
}

/** The checklist of a vault's deletion. It may be deleted once no line has an action or is about machines. */
export function deletionBlockers(branch: VaultBranch, machines: readonly MachineFacts[], now: number): Blocker[] {
  const deleted = machines.filter(({ item }) => item?.softDeleted);
  const active = machines.filter(({ item }) => item && !item.softDeleted);
  return [protectedLine(active), deletedLine(deleted, now), containersLine(active), immutabilityLine(branch)];
}

/** True if nothing stands in the way. */
export function isEmpty(blockers: readonly Blocker[]): boolean {
  return blockers.every(({ kind, machines }) => kind === 'containers' || machines.length === 0);
}

function protectedLine(machines: readonly MachineFacts[]): Blocker {
  const { length } = machines;
  if (length === 0) return { kind: 'protected', icon: 'pass', text: t('no protected machines'), machines };
  return {
    kind: 'protected',
    icon: 'error',
    text: length === 1 ? t('1 protected machine') : t('{0} protected machines', length),
    action: t('Stop protection and delete data…'),
    machines,
  };
}

function deletedLine(machines: readonly MachineFacts[], now: number): Blocker {
  const { length } = machines;
  if (length === 0) return { kind: 'softDeleted', icon: 'pass', text: t('no soft-deleted items'), machines };
  const last = spanText(Math.max(...machines.map(({ goneAt }) => goneAt ?? now)) - now);
  return {
    kind: 'softDeleted',
    icon: 'clock',
    text:
      length === 1 ? t('1 soft-deleted item, {0}', last) : t('{0} soft-deleted items, the last for {1}', length, last),
    action: t('Undelete…'),
    machines,
  };
}

/** Containers come and go with their machines here; there are no servers to unregister. */
function containersLine(machines: readonly MachineFacts[]): Blocker {
  return machines.length === 0
    ? { kind: 'containers', icon: 'pass', text: t('no registered servers'), machines }
    : { kind: 'containers', icon: 'clock', text: t('containers go with their machines'), machines };
}

function immutabilityLine({ vault }: VaultBranch): Blocker {
  const words = {
    Disabled: t('immutability: off'),
    Unlocked: t('immutability: on, recovery points are not deleted before their time'),
    Locked: t('immutability: locked, recovery points are not deleted before their time'),
  };
  return { kind: 'immutability', icon: 'lock', text: words[vault.immutability ?? 'Disabled'], machines: [] };
}
