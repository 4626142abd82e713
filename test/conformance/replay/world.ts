import type { Step } from './corpus';
import { diskNamesIn, lunsIn } from './diskFacts';
import type { Identities } from './identities';
import { listOf, type Members, membersOf, textOf } from './json';
import type { Ownership } from './ownership';
import { isRunning } from './plan';
import type { RecordedMachines } from './recordedMachines';
import type { ReplayEngine } from './replayEngine';
import type { Seeder } from './seed';

const VAULT = /^.*\/vaults\/[^/]+/i;

/**
 * What happened beside the recorded requests: somebody made or changed a machine, refreshed a vault's machines, or the
 * service of the day had no soft delete yet. Recordings show only the outcome; it is brought about before the step that
 * takes it for granted.
 */
export class World {
  /** Machines by lower-cased name, as they were last declared. */
  readonly #machines = new Map<string, Members>();
  readonly #permanent: ReadonlySet<string>;

  constructor(
    private readonly steps: readonly Step[],
    private readonly parts: {
      readonly engine: ReplayEngine;
      readonly identities: Identities;
      readonly seeder: Seeder;
      readonly machines: RecordedMachines;
      readonly ownership: Ownership;
    },
  ) {
    this.#permanent = vaultsWithoutSoftDelete(steps);
  }

  async before(step: Step): Promise<void> {
    this.parts.machines.settle();
    const { method, path } = step.request;
    if (method === 'GET' && /\/virtualmachines\/[^/]+$/i.test(path)) await this.#lookedAt(step);
    if (method === 'GET' && /\/backupprotectableitems\/?$/i.test(path)) await this.#discovered(step);
    if (method !== 'GET' && lunsIn(step.request.body).length > 0) await this.#attached(step);
    if (method === 'DELETE' && /\/protecteditems\/[^/]+$/i.test(path)) await this.#deletedForGood(step);
  }

  /** A machine that is not as it was last seen was made or changed since. */
  async #lookedAt({ response }: Step): Promise<void> {
    if (response.status !== 200) return;
    const shown = membersOf(response.body);
    this.parts.machines.show(shown);
    const name = textOf(shown, 'name').toLowerCase();
    if (stateOf(this.#machines.get(name)) === stateOf(shown)) return;
    this.#machines.set(name, shown);
    await this.parts.seeder.machine(textOf(shown, 'id'), shown);
  }

  /** Data disks that a request names and that nobody has looked at yet. */
  async #attached({ request }: Step): Promise<void> {
    const [, name = ''] =
      /;([^;/]+)(\/|$)/.exec(decodeURIComponent(request.path).toLowerCase().split('/protecteditems/')[1] ?? '') ?? [];
    const known = this.#machines.get(name);
    if (known === undefined) return;
    const properties = membersOf(known.properties);
    const storage = membersOf(properties.storageProfile);
    const dataDisks = Array.isArray(storage.dataDisks) ? storage.dataDisks.map(membersOf) : [];
    const names = diskNamesIn(this.steps, name);
    const wanted = new Set([...lunsIn(request.body), ...names.keys()]);
    const missing = [...wanted].filter((lun) => !dataDisks.some((disk) => disk.lun === lun));
    if (missing.length === 0) return;
    const more = missing.map((lun) => ({ lun, createOption: 'Attach', name: names.get(lun) ?? `${name}-data${lun}` }));
    const changed = {
      ...known,
      properties: { ...properties, storageProfile: { ...storage, dataDisks: [...dataDisks, ...more] } },
    };
    this.#machines.set(name, changed);
    await this.parts.seeder.machine(textOf(known, 'id'), changed);
  }

  /** A list that shows the recording's machine: some refresh has found it, recorded or not. */
  async #discovered({ request, response }: Step): Promise<void> {
    if (!listOf(response.body).some((element) => !this.parts.ownership.isForeign(element))) return;
    const [vault = ''] = VAULT.exec(this.parts.identities.translate(request.path)) ?? [];
    const query = { 'api-version': request.query['api-version'] ?? '' };
    const { engine } = this.parts;
    const started = await engine.send({
      method: 'POST',
      path: `${vault}/backupFabrics/Azure/refreshContainers`,
      query,
    });
    const { location } = started.headers;
    if (location === undefined) return;
    const { pathname } = new URL(location);
    while (isRunning(await engine.send({ method: 'GET', path: pathname, query })));
  }

  /** Until 2020, and in some regions later, deleted data was gone at once. */
  async #deletedForGood({ request }: Step): Promise<void> {
    const [vault = ''] = VAULT.exec(request.path.split(/\/backupfabrics\//i)[0] ?? '') ?? [];
    if (!this.#permanent.has(vault.toLowerCase())) return;
    await this.parts.engine.send({
      method: 'PATCH',
      path: `${this.parts.identities.translate(vault)}/backupconfig/vaultconfig`,
      query: { 'api-version': '2024-04-01' },
      body: { properties: { enhancedSecurityState: 'Enabled', softDeleteFeatureState: 'Disabled' } },
    });
  }
}

/** What of a machine is its owner's: a change of it was somebody's doing. */
function stateOf(machine: Members | undefined): string {
  const { instanceView: _view, provisioningState: _state, ...properties } = membersOf(machine?.properties);
  return JSON.stringify([machine?.tags, properties]);
}

/** Vaults that a recording deletes with success after it deleted their items, without turning soft delete off. */
function vaultsWithoutSoftDelete(steps: readonly Step[]): Set<string> {
  const withItems = new Set<string>();
  const without = new Set<string>();
  const soft = new Set<string>();
  for (const { request, response } of steps) {
    const [vault = ''] = VAULT.exec((request.path.split(/\/backup/i)[0] ?? '').toLowerCase()) ?? [];
    if (
      JSON.stringify([request.body, response.body]).match(
        /"softDeleteFeatureState":"Disabled"|isScheduledForDeferredDelete/,
      )
    )
      soft.add(vault);
    if (request.method !== 'DELETE' || response.status >= 300) continue;
    if (/\/protecteditems\/[^/]+$/i.test(request.path)) withItems.add(vault);
    else if (request.path.toLowerCase() === vault && withItems.has(vault) && !soft.has(vault)) without.add(vault);
  }
  return without;
}
