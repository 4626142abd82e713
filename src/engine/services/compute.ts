import { appError } from '../../domain/errorCatalogue';
import { AppError } from '../../domain/errors';
import { diskNameProblem, machineNameProblem } from '../../domain/names';
import { idKey } from '../../protocol/ids';
import type { Catalog } from '../catalog/catalog';
import type { Page, PageRequest } from '../catalog/page';
import type { DiskRecord, MachineRecord } from '../catalog/records';
import { inspectImage } from '../machines/imageFile';
import { requireRawImage } from '../machines/imageFormat';
import { checkName } from './names';
import { notFound } from './notFound';
import type { Sites } from './sites';

export type DiskInput = Pick<DiskRecord, 'id' | 'name' | 'group' | 'location' | 'tags' | 'osType' | 'sku' | 'path'>;
export type MachineInput = Pick<
  MachineRecord,
  'id' | 'name' | 'group' | 'location' | 'tags' | 'size' | 'osDiskId' | 'dataDisks'
> & { osType?: MachineRecord['osType'] };

/** Disks and virtual machines: how this computer's machines get into the catalog (DESIGN: Azure's words on one computer). */
export class ComputeService {
  readonly #catalog: Catalog;
  readonly #sites: Sites;
  readonly #now: () => number;
  readonly #uuid: () => string;

  constructor(deps: { catalog: Catalog; sites: Sites; now: () => number; uuid: () => string }) {
    this.#catalog = deps.catalog;
    this.#sites = deps.sites;
    this.#now = deps.now;
    this.#uuid = deps.uuid;
  }

  disks(group: string | undefined, page: PageRequest): Page<DiskRecord> {
    return this.#catalog.disks.page(inGroup(group), page);
  }

  /** @throws AppError `ResourceNotFound` */
  disk(id: string): DiskRecord {
    const disk = this.#catalog.disks.get(idKey(id));
    if (!disk) throw notFound(id);
    return disk;
  }

  /**
   * Imports a disk image by its path; the file stays where it is and is never written.
   * @throws AppError of {@link inspectImage}, `InvalidResourceName`, `LocationNotAvailableForResourceType`
   */
  async putDisk(input: DiskInput): Promise<DiskRecord> {
    checkName('disk', input.name, diskNameProblem(input.name));
    this.#requireGroup(input.group);
    this.#sites.require(input.location, 'Microsoft.Compute/disks');
    const image = await inspectImage(input.path);
    await requireRawImage(input.path, image.sizeBytes);
    const found = this.#catalog.disks.get(idKey(input.id));
    const disk = {
      ...input,
      ...namesOf(found),
      sizeBytes: image.sizeBytes,
      createdAt: found?.createdAt ?? this.#now(),
    };
    this.#catalog.disks.put(disk);
    return disk;
  }

  /** @throws AppError `OperationNotAllowed` while a machine has the disk attached */
  deleteDisk(id: string): void {
    const user = this.machineWith(id);
    if (user) throw appError('LocalDiskAttached', { disk: nameOf(id), vm: user.name });
    this.#catalog.disks.delete(idKey(id));
  }

  machines(group: string | undefined, page: PageRequest): Page<MachineRecord> {
    return this.#catalog.machines.page(inGroup(group), page);
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
    const key = idKey(diskId);
    return this.#catalog.machines.list().find((machine) => diskIds(machine).some((id) => idKey(id) === key));
  }

  hasMachine(id: string): boolean {
    return this.#catalog.machines.exists({ where: { key: idKey(id) } });
  }

  /**
   * Declares a machine by the disks that are attached to it.
   * @throws AppError `InvalidResourceName`, `ResourceNotFound` (a disk), `LocalDiskAttached` (in use by another machine)
   */
  putMachine(input: MachineInput): { machine: MachineRecord; created: boolean } {
    checkName('machine', input.name, machineNameProblem(input.name));
    this.#requireGroup(input.group);
    this.#sites.require(input.location, 'Microsoft.Compute/virtualMachines');
    const osDisk = this.disk(input.osDiskId);
    this.#requireFreeDisks(input);
    const found = this.findMachine(input.id);
    const machine: MachineRecord = {
      ...input,
      ...namesOf(found),
      osType: input.osType ?? osDisk.osType ?? 'Linux',
      vmId: found?.vmId ?? this.#uuid(),
      createdAt: found?.createdAt ?? this.#now(),
    };
    this.#catalog.machines.put(machine);
    return { machine, created: !found };
  }

  /** Forgets a machine. Its disk images and its recovery points stay. */
  deleteMachine(id: string): void {
    this.#catalog.machines.delete(idKey(id));
  }

  #requireGroup(name: string): void {
    if (!this.#catalog.groups.get(name)) throw appError('ResourceGroupNotFound', { resourceGroup: name });
  }

  #requireFreeDisks(input: MachineInput): void {
    const wanted = diskIds(input).map(idKey);
    if (new Set(wanted).size !== wanted.length) {
      throw new AppError('InvalidParameter', `A disk is attached to '${input.name}' more than once.`);
    }
    for (const id of diskIds(input)) this.disk(id);
    for (const other of this.#catalog.machines.list()) {
      if (idKey(other.id) === idKey(input.id)) continue;
      const taken = diskIds(other).find((id) => wanted.includes(idKey(id)));
      if (taken) throw appError('LocalDiskAttached', { disk: nameOf(taken), vm: other.name });
    }
  }
}

/** Ids of a machine's disks, the OS disk first. */
export function diskIds(machine: Pick<MachineRecord, 'osDiskId' | 'dataDisks'>): string[] {
  return [machine.osDiskId, ...machine.dataDisks.map((disk) => disk.diskId)];
}

/** The spelling of a resource's names, which is the one given at its creation (SPEC §0). */
function namesOf(found: DiskRecord | MachineRecord | undefined) {
  return found && { id: found.id, name: found.name, group: found.group };
}

function inGroup(group: string | undefined) {
  return { where: { group_key: group?.toLowerCase() } };
}

function nameOf(id: string): string {
  return id.split('/').at(-1) ?? id;
}
