import { readdir } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { appError } from '../../domain/errorCatalogue';
import { isAppError } from '../../domain/errors';
import { IMAGE_EXTENSIONS, machineNameOf } from '../../domain/imageNames';
import { DEFAULT_GROUP, machineNameProblem } from '../../domain/names';
import { idKey, resourceId } from '../../protocol/ids';
import { FIRST_SITE, type MachineProblem } from '../../protocol/local';
import type { Catalog } from '../catalog/catalog';
import type { ComputeService } from './compute';
import type { GroupService } from './groups';

const ENDINGS = new Set<string>(IMAGE_EXTENSIONS.map((extension) => `.${extension}`));
/** Machines that may have the same image name, in several folders. */
const MOST_OF_A_NAME = 1000;

/**
 * Finds machines by their disk images in the folders that somebody named: each raw image becomes a machine of its own at
 * the first site. An image that a disk names already is left alone.
 */
export class MachineFolders {
  readonly #catalog: Catalog;
  readonly #compute: ComputeService;
  readonly #groups: GroupService;
  readonly #folders: () => readonly string[];
  readonly #subscriptionId: string;
  #problems: readonly MachineProblem[] = [];
  #looking: Promise<void> | undefined;

  constructor(deps: {
    catalog: Catalog;
    compute: ComputeService;
    groups: GroupService;
    folders: () => readonly string[];
    subscriptionId: string;
  }) {
    this.#catalog = deps.catalog;
    this.#compute = deps.compute;
    this.#groups = deps.groups;
    this.#folders = deps.folders;
    this.#subscriptionId = deps.subscriptionId;
  }

  /** What the last look met and could not take. */
  get problems(): readonly MachineProblem[] {
    return this.#problems;
  }

  /** Adds the machines that are new. Two looks at the same time are one. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    const problems: MachineProblem[] = [];
    for (const folder of this.#folders()) {
      for (const path of await imagesIn(folder, problems)) {
        try {
          await this.#add(path);
        } catch (error) {
          // Another disk is the same file under another name: it is known already.
          if (!isAppError(error)) throw error;
          if (error.code !== 'LocalImageInUse') problems.push({ code: error.code, message: error.message });
        }
      }
    }
    this.#problems = problems;
  }

  async #add(path: string): Promise<void> {
    if (this.#catalog.disks.exists({ where: { path } })) return;
    const name = this.#freeName(machineNameOf(basename(path, extname(path))));
    const base = { group: DEFAULT_GROUP, location: FIRST_SITE, tags: {} };
    if (!this.#groups.exists(DEFAULT_GROUP)) this.#groups.put({ name: DEFAULT_GROUP, location: FIRST_SITE, tags: {} });
    const disk = { ...base, id: this.#id('disks', `${name}-os`), name: `${name}-os`, sku: 'Standard_LRS', path };
    const { id: osDiskId } = await this.#compute.putDisk(disk);
    const machine = { ...base, id: this.#id('virtualMachines', name), name, size: 'Local', osDiskId, dataDisks: [] };
    await this.#compute.putMachine(machine).catch((error: unknown) => {
      this.#compute.deleteDisk(osDiskId);
      throw error;
    });
  }

  /** A name that no machine and no disk of the group has; one that breaks a rule is refused where it is used. */
  #freeName(wanted: string): string {
    if (machineNameProblem(wanted)) return wanted;
    for (let n = 1; n < MOST_OF_A_NAME; n++) {
      const name = n === 1 ? wanted : `${wanted}-${n}`;
      const isFree = !this.#compute.hasMachine(this.#id('virtualMachines', name));
      if (isFree && !this.#catalog.disks.exists({ where: { key: idKey(this.#id('disks', `${name}-os`)) } }))
        return name;
    }
    return wanted;
  }

  #id(type: 'disks' | 'virtualMachines', name: string): string {
    return resourceId(this.#subscriptionId, DEFAULT_GROUP, `Microsoft.Compute/${type}`, name);
  }
}

/** Absolute paths of what may be disk images, in the order of their names. */
async function imagesIn(folder: string, problems: MachineProblem[]): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory() && ENDINGS.has(extname(entry.name).toLowerCase()))
      .map(({ name }) => resolve(join(folder, name)))
      .toSorted();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const { code, message } = appError('LocalMachineFolderNotReadable', { folder, reason });
    problems.push({ code, message });
    return [];
  }
}
