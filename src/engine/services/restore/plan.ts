import { mkdtemp, rmdir, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unknownLuns } from '../../../domain/diskSelection';
import { appError } from '../../../domain/errorCatalogue';
import type { AppError } from '../../../domain/errors';
import { machineNameProblem, sameLocation } from '../../../domain/names';
import { formatBytes } from '../../../domain/sizes';
import { nameIn, parseId } from '../../../protocol/ids';
import type { DiskRecord, ItemRecord, MachineRecord, PointRecord, VaultRecord } from '../../catalog/records';
import { systemCode } from '../../store/errors';
import type { ComputeService } from '../compute';
import { refuseEncrypted } from '../diskSecrets';
import type { GroupService } from '../groups';
import { checkName } from '../names';
import type { StorageAccountService } from '../storageAccounts';

export type RestoreType = 'RestoreDisks' | 'AlternateLocation' | 'OriginalLocation';

export interface RestoreInput {
  readonly type: RestoreType;
  readonly storageAccountId: string;
  readonly targetResourceGroup?: string;
  /** The machine to make, for `AlternateLocation`. */
  readonly targetMachineId?: string;
  readonly virtualNetworkId?: string;
  /** Data disks to restore by LUN besides the OS disk; absent restores all of them (SPEC §1.10). */
  readonly luns?: readonly number[];
}

export interface RestoreSubject {
  readonly vault: VaultRecord;
  readonly item: ItemRecord;
  readonly point: PointRecord;
  readonly input: RestoreInput;
  /** The site in which a cross-region restore puts its disks, read from the copy there; absent in the vault's own. */
  readonly secondSite?: string;
}

/** The location that a restore happens in. */
export function locationOf({ vault, secondSite }: RestoreSubject): string {
  return secondSite ?? vault.location;
}

type PointDisk = PointRecord['disks'][number];

/** A restore that can be done as things are now. */
export type RestorePlan =
  | { readonly type: 'RestoreDisks'; readonly disks: readonly PointDisk[]; readonly folder: string }
  | {
      readonly type: 'AlternateLocation';
      readonly disks: readonly PointDisk[];
      readonly folder: string;
      readonly target: { readonly id: string; readonly name: string; readonly group: string };
    }
  | {
      readonly type: 'OriginalLocation';
      readonly disks: readonly PointDisk[];
      readonly machine: MachineRecord;
      /** The disk that each disk of the point replaces, in the order of `disks`. */
      readonly replaced: readonly DiskRecord[];
    };

/** Finds out whether a restore can be done, before anything is written (SPEC §1.10, §2.19). */
export class RestorePlanner {
  readonly #compute: ComputeService;
  readonly #groups: GroupService;
  readonly #storageAccounts: StorageAccountService;

  constructor(deps: { compute: ComputeService; groups: GroupService; storageAccounts: StorageAccountService }) {
    this.#compute = deps.compute;
    this.#groups = deps.groups;
    this.#storageAccounts = deps.storageAccounts;
  }

  /** @throws AppError that says what is in the way and what to do about it */
  async plan(subject: RestoreSubject): Promise<RestorePlan> {
    const { item, point, input } = subject;
    const unknown = unknownLuns(
      input.luns ?? [],
      point.disks.map(({ lun }) => lun),
    );
    if (unknown.length > 0) throw lunUnknown(item, point, unknown);
    const disks = point.disks.filter(({ lun }) => lun === undefined || (input.luns?.includes(lun) ?? true));
    if (input.type === 'OriginalLocation') {
      refuseEncrypted(point, 'Replacing the disks');
      return this.#replace(item, disks);
    }
    const folder = this.#storageAccounts.folder(input.storageAccountId);
    await checkFolder(folder, usedBytes(disks));
    if (input.type === 'RestoreDisks') return { type: 'RestoreDisks', disks, folder };
    return { type: 'AlternateLocation', disks, folder, target: this.#newMachine(subject) };
  }

  #newMachine(subject: RestoreSubject) {
    const { input, item } = subject;
    const location = locationOf(subject);
    const id = input.targetMachineId ?? '';
    const name = nameIn(id, 'virtualMachines');
    const group = parseId(id)?.resourceGroup;
    if (name === undefined || group === undefined)
      throw appError('LocalRestoreTargetMissing', { vm: item.machineName });
    checkName('machine', name, machineNameProblem(name));
    if (!this.#groups.exists(group)) throw appError('ResourceGroupNotFound', { resourceGroup: group });
    if (this.#compute.hasMachine(id)) throw appError('LocalRestoreNameTaken', { vm: name, resourceGroup: group });
    const account = this.#storageAccounts.get(input.storageAccountId);
    if (!sameLocation(account.location, location)) {
      throw appError('LocalRestoreOtherLocation', { name: account.name, location });
    }
    return { id, name, group };
  }

  async #replace(item: ItemRecord, disks: readonly PointDisk[]): Promise<RestorePlan> {
    const machine = this.#compute.findMachine(item.machineId);
    if (!machine) throw appError('UserErrorVmNotFoundV2', {});
    const attached = this.#compute.disksOf(machine);
    if (attached.some(({ encryption }) => encryption !== undefined)) {
      throw appError('LocalEncryptedNotSupported', { feature: 'Replacing the disks' });
    }
    const { power } = await this.#compute.report(machine);
    if (power === 'running') throw appError('LocalMachineRunning', { vm: machine.name });
    const replaced = disks.map(({ name, lun }) => {
      const place = lun === undefined ? 0 : 1 + machine.dataDisks.findIndex((disk) => disk.lun === lun);
      const disk = lun !== undefined && place === 0 ? undefined : attached[place];
      if (!disk) throw appError('LocalReplaceNotAttached', { disk: name, vm: machine.name, luns: String(lun) });
      return disk;
    });
    const folderOf = (i: number) => dirname(replaced[i]?.path ?? '');
    for (const folder of new Set(disks.map((_, i) => folderOf(i)))) {
      await checkFolder(folder, usedBytes(disks.filter((_, i) => folderOf(i) === folder)));
    }
    return { type: 'OriginalLocation', disks, machine, replaced };
  }
}

function lunUnknown(item: ItemRecord, point: PointRecord, unknown: readonly number[]): AppError {
  const known = point.disks.flatMap(({ lun }) => (lun === undefined ? [] : [lun]));
  return appError('LocalPointLunUnknown', {
    vm: item.machineName,
    luns: unknown.join(', '),
    attached: known.join(', ') || 'none',
  });
}

function usedBytes(disks: readonly PointDisk[]): number {
  return disks.reduce((sum, disk) => sum + disk.usedBytes, 0);
}

export function notWritable(folder: string, cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return appError('LocalTargetNotWritable', { path: folder, reason }, { cause });
}

/**
 * Proves that a folder, or the one above in which it will be made, can be written and has room. Leaves nothing behind: the
 * same is asked to validate a restore that nobody may start.
 * @throws AppError `LocalTargetNotWritable` or `LocalTargetNoSpace`
 */
async function checkFolder(folder: string, neededBytes: number): Promise<void> {
  let there: string;
  try {
    there = await nearestFolder(folder);
    await rmdir(await mkdtemp(join(there, '.vm-backup-'))); // the one proof that holds for every kind of right
  } catch (error) {
    throw notWritable(folder, error);
  }
  const { bavail, bsize } = await statfs(there);
  const freeBytes = bavail * bsize;
  if (freeBytes < neededBytes) {
    throw appError('LocalTargetNoSpace', {
      path: folder,
      needed: formatBytes(neededBytes),
      free: formatBytes(freeBytes),
    });
  }
}

/** The folder itself, or the nearest one above it that is there. A file on the way is for its user to refuse. */
async function nearestFolder(folder: string): Promise<string> {
  for (let path = folder; ; path = dirname(path)) {
    const isThere = await stat(path).then(
      () => true,
      (error: unknown) => {
        if (systemCode(error) === 'ENOENT' && dirname(path) !== path) return false;
        throw error;
      },
    );
    if (isThere) return path;
  }
}
