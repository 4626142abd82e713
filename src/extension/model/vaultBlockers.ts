import { t } from '../text';
import { failureText } from './failure';
import { listText, spanText } from './format';
import type { MachineFacts } from './machineFacts';
import type { Part } from './part';
import type { VaultBranch } from './vaultStore';

/** One line of what stands between a vault and its deletion (UX §7). */
export interface Blocker {
  readonly kind: 'protected' | 'softDeleted' | 'servers' | 'immutability';
  readonly icon: 'error' | 'clock' | 'pass' | 'lock' | 'question';
  readonly text: string;
  /** What can be done about it, where something stands in the way. */
  readonly action?: string;
  /** Why it is not known. */
  readonly reason?: string;
  /** The machines that it is about. */
  readonly machines: readonly MachineFacts[];
}

/** What is known of a vault that is to be deleted. */
export interface VaultContent {
  readonly branch: VaultBranch;
  readonly machines: readonly MachineFacts[];
  /** Names of what it has registered besides machines. */
  readonly servers: Part<readonly string[]>;
}

/** The checklist of a vault's deletion. What could not be read is told as not known. */
export function deletionBlockers({ branch, machines, servers }: VaultContent, now: number): Blocker[] {
  const deleted = machines.filter(({ item }) => item?.softDeleted);
  const active = machines.filter(({ item }) => item && !item.softDeleted);
  return [
    protectedLine(active, branch),
    deletedLine(deleted, branch, now),
    serversLine(active, servers),
    immutabilityLine(branch),
  ];
}

/** True if everything is known, and nothing stands in the way. */
export function isEmpty(blockers: readonly Blocker[]): boolean {
  return blockers.every(({ icon }) => icon === 'pass' || icon === 'lock');
}

function protectedLine(machines: readonly MachineFacts[], { items }: VaultBranch): Blocker {
  const { length } = machines;
  if (length === 0) {
    const unknown = unknownLine('protected', t('not known whether it has protected machines'), items);
    return unknown ?? { kind: 'protected', icon: 'pass', text: t('no protected machines'), machines };
  }
  return {
    kind: 'protected',
    icon: 'error',
    text: length === 1 ? t('1 protected machine') : t('{0} protected machines', length),
    action: t('Stop protection and delete data…'),
    machines,
  };
}

function deletedLine(machines: readonly MachineFacts[], { items }: VaultBranch, now: number): Blocker {
  const { length } = machines;
  if (length === 0) {
    const unknown = unknownLine('softDeleted', t('not known whether it has soft-deleted items'), items);
    return unknown ?? { kind: 'softDeleted', icon: 'pass', text: t('no soft-deleted items'), machines };
  }
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

/** Containers of machines come and go with them; what else is registered is unregistered where its agent is. */
function serversLine(machines: readonly MachineFacts[], servers: Part<readonly string[]>): Blocker {
  const unknown = unknownLine('servers', t('not known whether servers are registered'), servers);
  if (unknown) return unknown;
  const names = servers.value ?? [];
  if (names.length > 0) {
    return {
      kind: 'servers',
      icon: 'error',
      text: t('registered servers: {0}', listText(names)),
      action: t('How to unregister them…'),
      machines: [],
    };
  }
  return machines.length === 0
    ? { kind: 'servers', icon: 'pass', text: t('no registered servers'), machines: [] }
    : { kind: 'servers', icon: 'clock', text: t('containers go with their machines'), machines: [] };
}

/** A line about what could not be read; `undefined` if it was. */
function unknownLine(kind: Blocker['kind'], text: string, { value, failure }: Part<unknown>): Blocker | undefined {
  if (value !== undefined && !failure) return undefined;
  return {
    kind,
    icon: 'question',
    text,
    action: t('Look again'),
    reason: failure ? failureText(failure) : t('The vault was not asked yet.'),
    machines: [],
  };
}

function immutabilityLine({ vault }: VaultBranch): Blocker {
  const words = {
    Disabled: t('immutability: off'),
    Unlocked: t('immutability: on, recovery points are not deleted before their time'),
    Locked: t('immutability: locked, recovery points are not deleted before their time'),
  };
  return { kind: 'immutability', icon: 'lock', text: words[vault.immutability ?? 'Disabled'], machines: [] };
}
