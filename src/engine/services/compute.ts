import { appError } from '../../domain/errorCatalogue';
import { AppError } from '../../domain/errors';
import { diskNameProblem, machineNameProblem } from '../../domain/names';
import { CLASSIC_MACHINES, idKey, MACHINES } from '../../protocol/ids';
import type { Catalog } from '../catalog/catalog';
import type { Page, PageRequest } from '../catalog/page';
import type { DiskRecord, MachineRecord } from '../catalog/records';
import { type ImageState, inspectImage } from '../machines/imageFile';
import { requireRawImage } from '../machines/imageFormat';
import type { MachineProvider, MachineReport, ProvidedMachine } from '../machines/provider';
import { inspectSecret } from '../machines/secretFile';
import { checkName } from './names';
import { notFound } from './notFound';
import type { Sites } from './sites';

export type DiskInput = Omit<DiskRecord, 'sizeBytes' | 'fileId' | 'createdAt'>;
export type MachineInput = Omit<MachineRecord, 'vmId' | 'osType' | 'createdAt' | 'guestHookAt'> &
  Partial<Pick<MachineRecord, 'osType'>>;

/** Disks and virtual machines: how this computer's machines get into the catalog (DESIGN: Azure's words on one computer). */
export class ComputeService {
  readonly #catalog: Catalog;
  readonly #provider: MachineProvider;
  readonly #sites: Sites;
  readonly #now: () => number;
  readonly #uuid: () => string;

  constructor(deps: {
    catalog: Catalog;
    provider: MachineProvider;
    sites: Sites;
    now: () => number;
    uuid: () => string;
  }) {
    this.#catalog = deps.catalog;
    this.#provider = deps.provider;
    this.#sites = deps.sites;
    this.#now = deps.now;
    this.#uuid = deps.uuid;
  }

  /** Disks that are resources; those of a machine's own description (`vhd`) are not listed. */
  disks(group: string | undefined, page: PageRequest): Page<DiskRecord> {
    return this.#catalog.disks.page({ where: { group_key: group?.toLowerCase(), vhd_of: '' } }, page);
  }

  /** @throws AppError `ResourceNotFound` */
  disk(id: string): DiskRecord {
    const disk = this.#catalog.disks.get(idKey(id));
    if (!disk) throw notFound(id);
    return disk;
  }

  /**
   * Imports a disk image by its path; the file stays where it is and is never written.
   * @throws AppError of {@link inspectImage} and {@link inspectSecret}, `InvalidResourceName`,
   *   `LocationNotAvailableForResourceType`, or `LocalImageInUse` when another disk names the same file
   */
  async putDisk(input: DiskInput): Promise<DiskRecord> {
    const disk = await this.#examine(input);
    this.#catalog.disks.put(disk);
    return disk;
  }

  /** @throws AppError `ResourceNotFound` */
  tagDisk(id: string, tags: DiskRecord['tags']): DiskRecord {
    const disk = { ...this.disk(id), tags };
    this.#catalog.disks.put(disk);
    return disk;
  }

  /** @returns false when there is no such disk. @throws AppError `LocalDiskAttached` while a machine has it attached */
  deleteDisk(id: string): boolean {
    if (!this.#catalog.disks.get(idKey(id))) return false;
    const user = this.machineWith(id);
    if (user) throw appError('LocalDiskAttached', { disk: nameOf(id), vm: user.name });
    this.#catalog.disks.delete(idKey(id));
    return true;
  }

  /** Machines of one kind. */
  machines({ group, classic }: { group?: string; classic: boolean }, page: PageRequest): Page<MachineRecord> {
    const where = { group_key: group?.toLowerCase(), classic: Number(classic) };
    return this.#catalog.machines.page({ where }, page);
  }

  /** @throws AppError `ResourceNotFound` */
  machine(id: string): MachineRecord {
    const machine = this.findMachine(id);
    if (!machine) throw notFound(id);
    return machine;
  }

  findMachine(id: string): MachineRecord | undefined {
    return this.#catalog.machines.get(idKey(id));
  }

  /** The machine that a disk is attached to. */
  machineWith(diskId: string): MachineRecord | undefined {
    return this.#catalog.machineWith(idKey(diskId));
  }

  /** Which of the keys are of machines that there are. */
  foundMachines(keys: readonly string[]): ReadonlySet<string> {
    return this.#catalog.machines.found(keys);
  }

  hasMachine(id: string): boolean {
    return this.#catalog.machines.exists({ where: { key: idKey(id) } });
  }

  /** Ids of the machines that disks are attached to, by the disks' keys. */
  machineIdsWith(disks: readonly DiskRecord[]): ReadonlyMap<string, string> {
    return this.#catalog.machineIdsWith(disks.map(({ id }) => idKey(id)));
  }

  /** A machine's disks, the OS disk first. */
  disksOf(machine: MachineRecord): DiskRecord[] {
    return this.withDisks([machine]).flatMap(({ disks }) => disks);
  }

  /** Machines with their disks, the OS disk first, which are read for all of them at once. */
  withDisks(machines: readonly MachineRecord[]): { machine: MachineRecord; disks: DiskRecord[] }[] {
    const found = this.#catalog.disks.getAll(machines.flatMap((machine) => diskIds(machine).map(idKey)));
    const disk = (id: string): DiskRecord => {
      const record = found.get(idKey(id));
      if (!record) throw notFound(id);
      return record;
    };
    return machines.map((machine) => ({ machine, disks: diskIds(machine).map(disk) }));
  }

  /** What whoever runs the machine says of it now. */
  async report(machine: MachineRecord): Promise<MachineReport> {
    return this.#provider.report(provided(machine, this.disksOf(machine)));
  }

  /**
   * Declares a machine by the disks that are attached to it.
   * @param vhds disks that the machine's own description names; those of before that it does not name are forgotten
   * @throws AppError as {@link putDisk}, `ResourceNotFound` (a disk), `LocalDiskAttached` (in use by another machine)
   */
  async putMachine(
    input: MachineInput,
    vhds: readonly DiskInput[] = [],
  ): Promise<{ machine: MachineRecord; created: boolean }> {
    checkName('machine', input.name, machineNameProblem(input.name));
    this.#requireGroup(input.group);
    this.#sites.require(input.location, input.cloudService === undefined ? MACHINES : CLASSIC_MACHINES);
    const own = new Map<string, DiskRecord>();
    for (const vhd of vhds) own.set(idKey(vhd.id), await this.#examine(vhd, [...own.values()]));
    const find = (id: string) => own.get(idKey(id)) ?? this.disk(id);
    const osDisk = find(input.osDiskId);
    this.#requireFreeDisks(input, find);
    const found = this.findMachine(input.id);
    const machine: MachineRecord = {
      ...input,
      ...namesOf(found),
      osType: input.osType ?? osDisk.osType ?? 'Linux',
      vmId: found?.vmId ?? this.#uuid(),
      createdAt: found?.createdAt ?? this.#now(),
      guestHookAt: found?.guestHookAt,
    };
    this.#catalog.transaction(() => {
      for (const vhd of this.#vhdsOf(machine.id)) if (!own.has(idKey(vhd.id))) this.#catalog.disks.delete(vhd.id);
      for (const vhd of own.values()) this.#catalog.disks.put(vhd);
      this.#catalog.machines.put(machine);
    });
    return { machine, created: !found };
  }

  /** @throws AppError `ResourceNotFound` */
  tagMachine(id: string, tags: MachineRecord['tags']): MachineRecord {
    const machine = { ...this.machine(id), tags };
    this.#catalog.machines.put(machine);
    return machine;
  }

  /** Notes that a backup used the guest's own hook: its extension shows from the first time on (SPEC §2.17). */
  noteGuestHook(id: string): void {
    const machine = this.findMachine(id);
    if (machine && machine.guestHookAt === undefined) {
      this.#catalog.machines.put({ ...machine, guestHookAt: this.#now() });
    }
  }

  /** Forgets a machine; its disk images and its recovery points stay. @returns false when there is no such machine */
  deleteMachine(id: string): boolean {
    const machine = this.findMachine(id);
    if (!machine) return false;
    this.#catalog.transaction(() => {
      for (const vhd of this.#vhdsOf(machine.id)) this.#catalog.disks.delete(vhd.id);
      this.#catalog.machines.delete(machine.id);
    });
    return true;
  }

  async #examine(input: DiskInput, others: readonly DiskRecord[] = []): Promise<DiskRecord> {
    checkName('disk', input.name, diskNameProblem(input.name));
    this.#requireGroup(input.group);
    this.#sites.require(input.location, 'Microsoft.Compute/disks');
    const image = await inspectImage(input.path);
    await requireRawImage(input.path, image.sizeBytes);
    if (input.encryption) await inspectSecret(input.encryption.secret.path);
    if (input.encryption?.key) await inspectSecret(input.encryption.key.path);
    const fileId = fileIdOf(image);
    await this.#requireOwnImage({ ...input, fileId }, others);
    const found = this.#catalog.disks.get(idKey(input.id));
    const { sizeBytes } = image;
    return { ...input, ...namesOf(found), sizeBytes, fileId, createdAt: found?.createdAt ?? this.#now() };
  }

  /** One file under two names would be one machine's disk changed by another's restore, and read twice at once. */
  async #requireOwnImage(input: Pick<DiskRecord, 'id' | 'path' | 'fileId'>, others: readonly DiskRecord[]) {
    const { disks } = this.#catalog;
    const known = [...disks.list({ where: { path: input.path } }), ...disks.list({ where: { file_id: input.fileId } })];
    for (const other of [...known, ...others]) {
      if (idKey(other.id) === idKey(input.id)) continue;
      const same = other.path === input.path || (other.fileId === input.fileId && (await isStill(other)));
      if (same) throw appError('LocalImageInUse', { path: input.path, disk: other.name });
    }
  }

  #vhdsOf(machineId: string): DiskRecord[] {
    return this.#catalog.disks.list({ where: { vhd_of: idKey(machineId) } });
  }

  #requireGroup(name: string): void {
    if (!this.#catalog.groups.get(name)) throw appError('ResourceGroupNotFound', { resourceGroup: name });
  }

  #requireFreeDisks(input: MachineInput, find: (id: string) => DiskRecord): void {
    const wanted = diskIds(input).map(idKey);
    if (new Set(wanted).size !== wanted.length) {
      throw new AppError('InvalidParameter', `A disk is attached to '${input.name}' more than once.`);
    }
    if (new Set(input.dataDisks.map(({ lun }) => lun)).size !== input.dataDisks.length) {
      throw new AppError('InvalidParameter', `Two data disks of '${input.name}' have the same LUN.`);
    }
    for (const id of diskIds(input)) find(id);
    for (const id of diskIds(input)) {
      const other = this.machineWith(id);
      if (other && idKey(other.id) !== idKey(input.id))
        throw appError('LocalDiskAttached', { disk: nameOf(id), vm: other.name });
    }
  }
}

/** Ids of a machine's disks, the OS disk first. */
export function diskIds(machine: Pick<MachineRecord, 'osDiskId' | 'dataDisks'>): string[] {
  return [machine.osDiskId, ...machine.dataDisks.map((disk) => disk.diskId)];
}

/** A machine, or some of its disks, as its provider takes it. */
export function provided(machine: MachineRecord, disks: readonly DiskRecord[]): ProvidedMachine {
  return {
    name: machine.name,
    osType: machine.osType,
    disks: disks.map(({ id, name, path }) => ({ name, lun: lunOf(machine, id), path })),
  };
}

function lunOf({ dataDisks }: MachineRecord, id: string): number | undefined {
  return dataDisks.find(({ diskId }) => idKey(diskId) === idKey(id))?.lun;
}

/** Tells files apart whatever link they are reached through. */
function fileIdOf({ device, inode }: ImageState): string {
  return `${device}:${inode}`;
}

/** False once another file took the place that the disk's had. */
async function isStill(disk: DiskRecord): Promise<boolean> {
  const image = await inspectImage(disk.path).catch(() => undefined); // a file that is gone is nobody's
  return image !== undefined && fileIdOf(image) === disk.fileId;
}

/** The spelling of a resource's names, which is the one given at its creation (SPEC §0). */
function namesOf(found: DiskRecord | MachineRecord | undefined) {
  return found && { id: found.id, name: found.name, group: found.group };
}

function nameOf(id: string): string {
  return id.split('/').at(-1) ?? id;
}
