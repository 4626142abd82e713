import { formatBytes } from '../../domain/sizes';
import type { StorageReplication, Vault } from '../../domain/views';
import { t } from '../text';
import { facts, plainMarkdown, spanText } from './format';
import { rowId } from './ids';
import { pointsWords } from './machineView';
import type { Row } from './row';
import type { VaultBranch, VaultCopy } from './vaultStore';

/** A copy that is further behind than this is a matter for attention: backups are copied within minutes. */
const LATE_SECONDS = 3600;

/** How a vault's bytes are kept, in words. */
export function replicationWords(replication: StorageReplication): string {
  const words: { readonly [S in StorageReplication]: string } = {
    GeoRedundant: t('Geo-redundant storage'),
    LocallyRedundant: t('Locally redundant storage'),
    ZoneRedundant: t('Zone-redundant storage'),
    ReadAccessGeoZoneRedundant: t('Read-access geo-zone-redundant storage'),
  };
  return words[replication];
}

/** What is to be said of the copy at the second site: a few words for a row, and a sentence. */
export interface CopyState {
  readonly attention: boolean;
  readonly words: string;
  readonly sentence: string;
}

/**
 * How the copy at the second site is; nothing for a vault that has none to have, or while it is not known.
 * @param points recovery points of the vault, where known: of a vault without any there is nothing to copy yet
 */
export function copyState(copy: VaultCopy | undefined, points?: number): CopyState | undefined {
  if (!copy || copy.secondSite === 'none') return undefined;
  const { secondSite, backlogObjects, backlogBytes, lagSeconds, problem } = copy;
  if (secondSite === 'missing') {
    return {
      attention: true,
      words: facts(t('second site missing'), t('geo-redundant')),
      sentence: t('Geo-redundant, but the second site is missing: there is only one copy.'),
    };
  }
  if (problem === undefined && points === 0) {
    return {
      attention: false,
      words: t('copied to {0}', secondSite),
      sentence: t('There is no recovery point yet; each is copied to the second site {0}.', secondSite),
    };
  }
  if (problem === undefined && backlogObjects === 0) {
    return {
      attention: false,
      words: t('copied to {0}', secondSite),
      sentence: t('The copy at the second site {0} is complete.', secondSite),
    };
  }
  const behind = t(
    'The second site {0} is {1} behind: {2} objects, {3} are not copied yet.',
    secondSite,
    spanText(lagSeconds * 1000),
    backlogObjects,
    formatBytes(backlogBytes),
  );
  return {
    attention: problem !== undefined || lagSeconds > LATE_SECONDS,
    words: t('second site {0} behind', spanText(lagSeconds * 1000)),
    sentence: problem === undefined ? behind : `${behind} ${problem}`,
  };
}

/** Why a vault is only read here, and what to do. */
export function heldElsewhere(holder: string): string {
  return t(
    'It belongs to {0}, so it is only read here: points can be restored, and nothing changes it. Open it again and take it over once it is not used there any more.',
    holder,
  );
}

/** Tree row of a vault. */
export function vaultRow(branch: VaultBranch, options: { key: string; locationName: string }): Row {
  const { vault } = branch;
  const used = branch.usage.value;
  const machines = branch.items.value?.length;
  const copy = copyState(branch.copy.value, used?.recoveryPoints);
  const { heldBy } = branch;
  const canWrite = heldBy === undefined;
  const description = facts(
    canWrite ? undefined : t('only read here, belongs to {0}', heldBy),
    copy?.attention ? copy.words : undefined,
    machinesWords(machines),
    pointsWords(used?.recoveryPoints),
    used && formatBytes(used.storedBytes),
  );
  return {
    id: rowId(options.key, 'vault', vault.id),
    label: vault.name,
    description,
    tooltip: () =>
      [
        `**${plainMarkdown(vault.name)}**`,
        plainMarkdown(t('Resource group {0}, location {1}', vault.resourceGroup, options.locationName)),
        plainMarkdown(replicationWords(branch.storage.value?.replication ?? vault.replication)),
        ...(branch.storage.value?.locked ? [plainMarkdown(t('Locked since the first machine was protected.'))] : []),
        ...settingLines(vault).map(plainMarkdown),
        ...(canWrite ? [] : [`$(lock) ${plainMarkdown(heldElsewhere(heldBy))}`]),
        ...(copy ? [`${copy.attention ? '$(warning) ' : ''}${plainMarkdown(copy.sentence)}`] : []),
      ].join('\n\n'),
    icon: copy?.attention
      ? { name: 'warning', color: 'problemsWarningIcon.foreground' }
      : { name: canWrite ? 'archive' : 'lock' },
    tokens: [
      'vault',
      branch.provider,
      'can.delete',
      ...(canWrite ? ['can.write'] : []),
      ...(branch.storage.value?.locked ? [] : ['can.setRedundancy']),
      ...(branch.provider === 'azure' ? ['can.portal'] : canWrite ? ['can.recoveryKey'] : []),
    ],
    children: 'collapsed',
    spoken: t('{0}, vault, {1}', vault.name, description),
    target: { kind: 'vault', vaultId: vault.id },
    opens: true,
  };
}

/** What the vault does with what it keeps, as far as its list tells. */
function settingLines({ softDeleteDays, immutability, crossRegionRestore }: Vault): string[] {
  const lines = [
    softDeleteDays === undefined || softDeleteDays > 0 ? undefined : t('Soft delete is off.'),
    softDeleteDays ? t('Deleted backup data can be undeleted for {0} days.', softDeleteDays) : undefined,
    immutability === 'Locked' ? t('Immutable, and locked for good.') : undefined,
    immutability === 'Unlocked' ? t('Immutable, not locked yet.') : undefined,
    crossRegionRestore ? t('Its second region may be restored from.') : undefined,
  ];
  return lines.filter((line) => line !== undefined);
}

/** The row that holds the protected VMs of a vault. */
export function vaultItemsRow(branch: VaultBranch, key: string): Row {
  const count = branch.items.value?.filter(({ softDeleted }) => !softDeleted).length;
  return {
    ...partRow(branch, { key, part: 'vault-items', icon: 'vm', count }),
    label: t('Protected VMs'),
    children: count === 0 && !branch.items.failure ? 'none' : 'collapsed',
    spoken: count === undefined ? t('Protected VMs') : t('Protected VMs of {0}, {1}', branch.vault.name, count),
    target: { kind: 'vaultItems', vaultId: branch.vault.id },
  };
}

/** The row that holds the soft-deleted items of a vault; there is none without them. */
export function vaultDeletedRow(branch: VaultBranch, key: string): Row | undefined {
  const count = (branch.items.value ?? []).filter(({ softDeleted }) => softDeleted).length;
  if (count === 0) return undefined;
  return {
    ...partRow(branch, { key, part: 'vault-deleted', icon: 'trash', count }),
    label: t('Soft-deleted'),
    spoken: t('Soft-deleted items of {0}, {1}', branch.vault.name, count),
    target: { kind: 'vaultDeleted', vaultId: branch.vault.id },
  };
}

/** The row that holds the policies of a vault. */
export function vaultPoliciesRow(branch: VaultBranch, key: string): Row {
  const count = branch.policies.value?.length;
  const policies = partRow(branch, { key, part: 'vault-policies', icon: 'calendar', count });
  return {
    ...policies,
    tokens: branch.heldBy === undefined ? [...policies.tokens, 'can.write'] : policies.tokens,
    label: t('Policies'),
    spoken: count === undefined ? t('Policies') : t('Policies of {0}, {1}', branch.vault.name, count),
    target: { kind: 'vaultPolicies', vaultId: branch.vault.id },
  };
}

/** What the rows below a vault have in common: each stands for a part of it and says how much is in it. */
function partRow(
  { vault, provider }: VaultBranch,
  { key, part, icon, count }: { key: string; part: string; icon: string; count: number | undefined },
): Pick<Row, 'id' | 'description' | 'icon' | 'tokens' | 'children'> {
  return {
    id: rowId(key, part, vault.id),
    ...(count === undefined ? {} : { description: String(count) }),
    icon: { name: icon },
    tokens: ['group', provider, part],
    children: 'collapsed',
  };
}

/** `2 machines`, or nothing while the number is not known. */
export function machinesWords(count: number | undefined): string | undefined {
  if (count === undefined) return undefined;
  return count === 1 ? t('1 machine') : t('{0} machines', count);
}
