import { sameName } from '../../domain/names';
import type { Job, ProtectedItem, Vault } from '../../domain/views';
import { containerKey, idKey, machineContainerName, parseId } from '../../protocol/ids';
import { sameId } from './ids';

/** A machine whose jobs are asked for. */
export interface JobOwner {
  readonly machineId: string;
  readonly name: string;
  readonly item?: Pick<ProtectedItem, 'containerName'> | undefined;
  readonly vault?: Pick<Vault, 'id'> | undefined;
  /** True if another item of its vault has the same name. */
  readonly hasNamesake?: boolean | undefined;
}

/**
 * The jobs of a protected machine, in the order of the list. A job names its machine by the container; one that does not tell it is
 * the machine's by name, unless the vault has two of that name: then nobody can say whose it is.
 */
export function jobsOf(jobs: readonly Job[], owner: JobOwner): readonly Job[] {
  const { name, item, vault, hasNamesake } = owner;
  const ofVault = vault && jobsByMachine(jobs).get(idKey(vault.id));
  if (!ofVault) return [];
  const own = (item && ofVault.get(containerKey(item.containerName))) ?? [];
  const named = hasNamesake ? [] : (ofVault.get(nameKey(name)) ?? []);
  if (named.length === 0) return own;
  if (own.length === 0) return named;
  return [...own, ...named].toSorted((a, b) => b.startTime - a.startTime);
}

/** The machine that a job is about; `undefined` if it is not known, or if nothing tells which of several it is. */
export function machineOfJob<M extends JobOwner>(
  machines: readonly M[],
  job: Pick<Job, 'vaultId' | 'machineName' | 'containerName'>,
): M | undefined {
  const { vaultId, machineName, containerName } = job;
  const inVault = machines.filter(({ vault }) => vault && sameId(vault.id, vaultId));
  if (containerName !== undefined) {
    const key = containerKey(containerName);
    const own = inVault.find(({ item }) => item && containerKey(item.containerName) === key);
    if (own) return own;
  }
  // A machine that nobody protects is in no vault: backups of it could not be enabled, or its data is gone.
  const subscription = parseId(vaultId)?.subscriptionId;
  const free = machines.filter(({ vault, machineId }) => !vault && parseId(machineId)?.subscriptionId === subscription);
  if (containerName !== undefined)
    return free.find(({ machineId }) => containerOf(machineId) === containerKey(containerName));
  const named = (among: readonly M[]) => among.filter(({ name }) => sameName(name, machineName));
  const fitting = named(inVault).length > 0 ? named(inVault) : named(free);
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** How a vault would call the container of a machine. */
function containerOf(machineId: string): string | undefined {
  const id = parseId(machineId);
  const name = id?.path.at(-1)?.[1];
  return id && name !== undefined ? containerKey(machineContainerName(id.resourceGroup, name)) : undefined;
}

/** Lists of jobs by the vault's id, then by the machine's container, or by its name where a job does not tell that. */
type JobsByMachine = ReadonlyMap<string, ReadonlyMap<string, readonly Job[]>>;

/** The store keeps one list until a job changes, and everything that is painted meanwhile asks about that one. */
const grouped = new WeakMap<readonly Job[], JobsByMachine>();

function jobsByMachine(jobs: readonly Job[]): JobsByMachine {
  const known = grouped.get(jobs);
  if (known) return known;
  const made = new Map<string, Map<string, Job[]>>();
  let vaultId: string | undefined;
  let ofVault = new Map<string, Job[]>();
  for (const job of jobs) {
    if (job.vaultId !== vaultId) {
      vaultId = job.vaultId;
      const key = idKey(vaultId);
      ofVault = made.get(key) ?? new Map<string, Job[]>();
      made.set(key, ofVault);
    }
    const { containerName, machineName } = job;
    const key = containerName === undefined ? nameKey(machineName) : containerKey(containerName);
    const own = ofVault.get(key);
    if (own) own.push(job);
    else ofVault.set(key, [job]);
  }
  grouped.set(jobs, made);
  return made;
}

/** No container has such a name: names of machines have no colon. */
function nameKey(machineName: string): string {
  return `name:${machineName.toLowerCase()}`;
}
