import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FIRST_SITE, FOLDER_TAG, LOCAL_API_VERSION } from '../../../src/protocol/local';
import type { Step } from './corpus';
import { factsOf } from './facts';
import type { Identities } from './identities';
import { type Members, membersOf, textOf } from './json';
import type { ReplayEngine } from './replayEngine';

const VERSIONS = { compute: '2024-07-01', storage: '2023-01-01', groups: '2025-04-01', vaults: '2024-04-01' };
/** Bytes of an image: enough for several chunks, little enough for hundreds of backups. */
const IMAGE_SIZE = 256 * 1024;

/**
 * Makes what a recording takes for granted: locations, resource groups, machines with disks, storage accounts, other
 * people's vaults. All of it through the engine's own API.
 */
export class Seeder {
  readonly #made = new Set<string>();
  #images = 0;

  constructor(
    private readonly engine: ReplayEngine,
    private readonly identities: Identities,
  ) {}

  /** Everything that the steps name before it is used. */
  async prepare(steps: readonly Step[]): Promise<void> {
    const facts = factsOf(steps);
    for (const second of facts.pairs.values()) await this.location(second);
    for (const location of facts.locations) await this.location(location, facts.pairs.get(location));
    const home = facts.locations[0] ?? FIRST_SITE;
    for (const group of facts.groups) await this.group(group, home);
    for (const id of facts.storageAccounts) await this.#storageAccount(id, home);
    for (const id of facts.machines) await this.machine(id, { location: home });
    for (const [id, shown] of facts.otherVaults) await this.#vault(id, shown ?? { location: home });
  }

  async location(name: string, pairedSite?: string): Promise<void> {
    const plain = plainName(name);
    if (plain === FIRST_SITE || this.#made.has(`location ${plain}`)) return;
    this.#made.add(`location ${plain}`);
    const folder = join(this.engine.folder, 'sites', plain);
    const path = `/providers/VmBackup.Local/sites/${plain}`;
    const properties = { displayName: name, folder, ...(pairedSite && { pairedSite: plainName(pairedSite) }) };
    await this.#put(path, LOCAL_API_VERSION, { properties });
  }

  /** Declares a machine as an answer shows it, or changes it to that; its disks are images made here. */
  async machine(id: string, shown: Members): Promise<void> {
    const {
      vmId: _vmId,
      provisioningState: _state,
      instanceView: _view,
      timeCreated: _time,
      ...given
    } = membersOf(shown.properties);
    const location = textOf(shown, 'location');
    const storage = membersOf(given.storageProfile);
    const name = id.split('/').at(-1) ?? id;
    const attached = async (disk: Members, diskName: string) => {
      const managed = membersOf(disk.managedDisk);
      const diskId =
        textOf(managed, 'id') || `${id.split(/\/providers\//i)[0]}/providers/Microsoft.Compute/disks/${diskName}`;
      await this.#disk(diskId, location, disk);
      return { ...disk, managedDisk: { ...managed, id: diskId } };
    };
    const dataDisks: Members[] = [];
    for (const [lun, disk] of (Array.isArray(storage.dataDisks) ? storage.dataDisks : []).entries()) {
      dataDisks.push(
        await attached(
          { lun, createOption: 'Attach', ...membersOf(disk) },
          textOf(disk, 'name') || `${name}-data${lun}`,
        ),
      );
    }
    const osDisk = { osType: 'Windows', createOption: 'Attach', ...membersOf(storage.osDisk) };
    const storageProfile = { ...storage, osDisk: await attached(osDisk, `${name}-os`), dataDisks };
    const { tags, zones } = shown;
    const body = {
      ...(tags !== undefined && { tags }),
      ...(zones !== undefined && { zones }),
      properties: { ...given, storageProfile },
    };
    await this.#put(this.identities.translate(id), VERSIONS.compute, { location, ...body });
  }

  async group(name: string, location = FIRST_SITE): Promise<void> {
    const path = `/subscriptions/${this.engine.subscriptionId}/resourceGroups/${name}`;
    await this.#put(path, VERSIONS.groups, { location });
  }

  async #storageAccount(id: string, location: string): Promise<void> {
    const folder = join(this.engine.folder, 'accounts', id.split('/').at(-1) ?? '');
    const path = this.identities.translate(id).replace(/[^/]+$/, (name) => name.toLowerCase()); // the only valid spelling
    await this.#put(path, VERSIONS.storage, { location, tags: { [FOLDER_TAG]: folder } });
  }

  async #vault(id: string, { location, tags }: Members): Promise<void> {
    const path = this.identities.translate(id);
    const body = { location, ...(tags !== undefined && { tags }), sku: { name: 'Standard' }, properties: {} };
    await this.#put(path, VERSIONS.vaults, body);
  }

  async #disk(id: string, location: string, { osType, managedDisk }: Members): Promise<void> {
    if (this.#made.has(id.toLowerCase())) return;
    this.#made.add(id.toLowerCase());
    const image = join(this.engine.folder, `${this.#images++}.raw`);
    writeFileSync(image, randomBytes(IMAGE_SIZE));
    await this.#put(this.identities.translate(id), VERSIONS.compute, {
      location,
      sku: { name: textOf(managedDisk, 'storageAccountType') || 'Premium_LRS' },
      properties: { osType, creationData: { createOption: 'Import', sourceUri: pathToFileURL(image).href } },
    });
  }

  /** @throws Error when the engine refuses what a recording needs */
  async #put(path: string, version: string, body: unknown): Promise<void> {
    const query = { 'api-version': version };
    const answer = await this.engine.send({ method: 'PUT', path, query, body: this.identities.translateAll(body) });
    if (answer.status < 300) return;
    throw new Error(`The engine refused to make ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
}

/** How a site is named after a location, which the service spells with and without blanks. */
function plainName(location: string): string {
  return location.toLowerCase().replaceAll(' ', '');
}
