import { type EligibilityProblem, eligibilityProblem } from '../../domain/protectionRules';
import { formatBytes } from '../../domain/sizes';
import type { Machine, ProtectableItem, ProtectedItem, Vault } from '../../domain/views';
import { idKey, itemNames } from '../../protocol/ids';
import { inParallel } from '../model/bounded';
import { errorWords } from '../model/errorWords';
import { sameId } from '../model/ids';
import type { Links } from '../model/links';
import { knownMachine, type Stores } from '../model/stores';
import { t } from '../text';
import { diskBytes, sizeOf } from './firstBackup';

const SIZES_AT_ONCE = 16;

/** A machine in the picker of **Enable Backup**. */
export interface Candidate {
  readonly machine: Machine;
  readonly size: string;
  /** Bytes that its disks take, as far as that can be told. */
  readonly usedBytes: number;
  /** Found just now. */
  readonly isNew: boolean;
  /** Why the vault cannot protect it, and what helps; `undefined` if it can. */
  readonly problem?: string;
}

/** Searches for machines, and tells which of them the vault can protect. Eligible ones come first. */
export async function candidatesFor(stores: Stores, vault: Vault, signal: AbortSignal): Promise<Candidate[]> {
  await stores.machines.ensure();
  const before = stores.machines.machines.value ?? [];
  const protectable = await stores.links.of(vault.id).run(async (client) => {
    await client.discover(vault.id, { signal });
    return client.protectableItems(vault.id, { signal });
  });
  await Promise.all([stores.machines.refresh(), stores.vaults.refresh()]);
  const provider = stores.links.provider(vault.id);
  const there = (stores.machines.machines.value ?? []).filter(({ id }) => stores.links.provider(id) === provider);
  const used = await inParallel(there, SIZES_AT_ONCE, diskBytes);
  const candidates = there.map((machine, at) => {
    const problem = problemOf(stores, machine, vault, protectable);
    return {
      machine,
      size: formatBytes(sizeOf(machine)),
      usedBytes: used[at] ?? sizeOf(machine),
      isNew: !before.some((known) => sameId(known.id, machine.id)),
      ...(problem === undefined ? {} : { problem }),
    };
  });
  return candidates.toSorted((a, b) => rank(a) - rank(b) || a.machine.name.localeCompare(b.machine.name));
}

/** Why a vault cannot protect a machine, with the way out, in whole sentences; `undefined` if it can. */
export function problemOf(
  stores: Stores,
  machine: Machine,
  vault: Vault,
  protectable: readonly ProtectableItem[],
): string | undefined {
  const facts = knownMachine(stores, machine.id);
  const place = placeProblem(stores.links, machine, vault);
  if (place !== undefined) return place;
  const rule = eligibilityProblem(machine, vault, facts?.vault);
  if (rule) return `${ruleWords(machine, rule)}${facts?.item ? remedy(facts.item) : ''}`;
  if (hasNamesake(stores, machine, vault)) {
    return t(
      'The vault has another machine {0} of a resource group {1}. Choose another vault.',
      machine.name,
      machine.resourceGroup,
    );
  }
  if (machine.disks.length === 0) return t('{0} has no disk. Add a disk image to it.', machine.name);
  if (protectable.some(({ machineId }) => sameId(machineId, machine.id))) return undefined;
  return t('The vault does not offer {0}. Run "VM Backup: Discover Machines" and look at the log.', machine.name);
}

/** True if the vault has backups of another machine under the name that this one would get, as in a vault that was attached. */
function hasNamesake(stores: Stores, { id, resourceGroup, name }: Machine, vault: Vault): boolean {
  const { container } = itemNames(resourceGroup, name);
  const items = stores.vaults.branch(vault.id)?.items.value ?? [];
  return items.some((item) => idKey(item.containerName) === idKey(container) && !sameId(item.machineId, id));
}

/** What helps with a machine that a vault has already. */
function remedy({ softDeleted, state }: ProtectedItem): string {
  if (softDeleted) return ` ${t('Undelete it there, or wait until its soft-deleted data is gone.')}`;
  if (state === 'ProtectionStopped') return ` ${t('Resume its protection there, or delete its backup data first.')}`;
  return '';
}

/** Why a machine is in the wrong place for a vault, in one sentence; `undefined` if it is not. */
export function placeProblem(links: Links, machine: Machine, vault: Vault): string | undefined {
  const [own, other] = [links.of(machine.id), links.of(vault.id)];
  if (own !== other) {
    return t(
      '{0} is in {1}, the vault in {2}: a vault protects machines of its own subscription.',
      machine.name,
      own.name,
      other.name,
    );
  }
  const rule = eligibilityProblem(machine, vault);
  return rule && ruleWords(machine, rule);
}

function ruleWords({ name }: Machine, { code, message, protectingVault }: EligibilityProblem): string {
  return protectingVault === undefined
    ? errorWords(code, 'message', message)
    : t('{0} is already protected by the vault {1}.', name, protectingVault);
}

function rank(candidate: Candidate): number {
  return candidate.problem === undefined ? 0 : 1;
}
