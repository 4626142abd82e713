import { join } from 'node:path';
import { groupId, resourceId } from '../../protocol/ids';
import { FIRST_SITE, SAMPLE_TAG } from '../../protocol/local';
import type { Catalog } from '../catalog/catalog';
import type { MachineRecord } from '../catalog/records';
import { changeFiles, createLab, type LabChange, removeLab } from '../machines/lab/lab';
import type { ComputeService } from './compute';
import type { GroupService } from './groups';

const LAB_GROUP = 'sample-lab';

/** The sample lab: real disk images with a small web site and a database, made on request in the data folder. */
export class LabService {
  readonly #catalog: Catalog;
  readonly #compute: ComputeService;
  readonly #groups: GroupService;
  readonly #folder: string;
  readonly #subscriptionId: string;
  readonly #now: () => number;
  readonly #random: () => number;

  constructor(deps: {
    catalog: Catalog;
    compute: ComputeService;
    groups: GroupService;
    dataFolder: string;
    subscriptionId: string;
    now: () => number;
    random: () => number;
  }) {
    this.#catalog = deps.catalog;
    this.#compute = deps.compute;
    this.#groups = deps.groups;
    this.#folder = join(deps.dataFolder, 'lab');
    this.#subscriptionId = deps.subscriptionId;
    this.#now = deps.now;
    this.#random = deps.random;
  }

  /** Makes the images (or finds them) and declares the machines. */
  async create(): Promise<MachineRecord[]> {
    const descriptions = await createLab(this.#folder);
    this.#groups.put({ name: LAB_GROUP, location: FIRST_SITE, tags: { [SAMPLE_TAG]: 'true' } });
    const machines: MachineRecord[] = [];
    for (const { name, osType, diskPaths } of descriptions) machines.push(await this.#declare(name, osType, diskPaths));
    return machines;
  }

  /** Rewrites a few files inside the sample disks. */
  changeFiles(): Promise<LabChange[]> {
    return changeFiles(this.#folder, { now: this.#now(), random: this.#random });
  }

  /** Removes the images and the machines; vaults and their recovery points stay. */
  async remove(): Promise<void> {
    const where = { group_key: LAB_GROUP };
    for (const machine of this.#catalog.machines.list({ where })) this.#compute.deleteMachine(machine.id);
    for (const disk of this.#catalog.disks.list({ where })) this.#compute.deleteDisk(disk.id);
    if (this.#catalog.vaults.count({ where }) === 0 && this.#groups.exists(LAB_GROUP)) this.#groups.delete(LAB_GROUP);
    await removeLab(this.#folder);
  }

  async #declare(name: string, osType: 'Windows' | 'Linux', paths: readonly string[]): Promise<MachineRecord> {
    const base = { group: LAB_GROUP, location: FIRST_SITE, tags: { [SAMPLE_TAG]: 'true' } };
    const ids: string[] = [];
    for (const [i, path] of paths.entries()) {
      const diskName = i === 0 ? `${name}-os` : `${name}-data${i}`;
      const id = resourceId(this.#subscriptionId, LAB_GROUP, 'Microsoft.Compute/disks', diskName);
      await this.#compute.putDisk({ ...base, id, name: diskName, osType, sku: 'Standard_LRS', path });
      ids.push(id);
    }
    const [osDiskId = groupId(this.#subscriptionId, LAB_GROUP), ...data] = ids;
    const id = resourceId(this.#subscriptionId, LAB_GROUP, 'Microsoft.Compute/virtualMachines', name);
    const dataDisks = data.map((diskId, lun) => ({ lun, diskId }));
    const input = { ...base, id, name, osType, size: 'Local', osDiskId, dataDisks };
    return (await this.#compute.putMachine(input)).machine;
  }
}
