import { LOCAL_API_VERSION } from '../../../src/protocol/local';
import type { Step } from './corpus';
import { diskNamesIn, lunsIn } from './diskFacts';
import type { Identities } from './identities';
import { listOf, type Members, membersOf, textOf } from './json';
import type { Ownership } from './ownership';
import { isRunning } from './plan';
import type { RecordedMachines } from './recordedMachines';
import type { ReplayEngine } from './replayEngine';
import type { Seeder } from './seed';

/** Api-versions in which the second region of a vault is asked. */
const SECOND_REGION = ['2018-12-20', '2021-11-15'];
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
    if (method === 'POST' && /\/restore$/i.test(path)) this.#stopped(step);
    if (SECOND_REGION.includes(step.request.query['api-version'] ?? '')) await this.#copied(step);
    if (method === 'DELETE' && /\/protecteditems\/[^/]+$/i.test(path)) {
      await this.#backedUpMeanwhile(step);
      await this.#deletedForGood(step);
    }
  }

  /** A machine that is not as it was last seen was made or changed since. */
  async #lookedAt(step: Step): Promise<void> {
    const { response } = step;
    if (response.status !== 200) return;
    const shown = membersOf(response.body);
    this.parts.machines.show(shown);
    const name = textOf(shown, 'name').toLowerCase();
    if (stateOf(this.#machines.get(name)) === stateOf(shown)) return;
    if (!this.#machines.has(name)) await this.#discoveredBefore(step, name);
    this.#machines.set(name, shown);
    await this.parts.seeder.machine(textOf(shown, 'id'), shown);
  }

  /** A machine whose disks are replaced stands still: Azure stops it itself, here its owner has. */
  #stopped({ request }: Step): void {
    if (textOf(membersOf(request.body).properties, 'recoveryType') !== 'OriginalLocation') return;
    const [, name] = /;([^;/]+)\/recoverypoints\//i.exec(decodeURIComponent(request.path)) ?? [];
    if (name !== undefined) this.parts.machines.stop(name);
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

  /** A list that shows the recording's machines: some refresh has found them, recorded or not. */
  async #discovered({ request, response }: Step): Promise<void> {
    const shown = listOf(response.body).filter((element) => !this.parts.ownership.isForeign(element));
    if (shown.length === 0) return;
    const path = this.parts.identities.translate(request.path);
    const known = await this.parts.engine.send({ method: 'GET', path, query: request.query });
    const names = new Set(listOf(known.body).map((element) => textOf(element, 'name').toLowerCase()));
    if (shown.some((element) => !names.has(textOf(element, 'name').toLowerCase()))) await this.#refresh(request);
  }

  /** A machine that the next list lacks came after the refresh that found the others. */
  async #discoveredBefore(step: Step, machine: string): Promise<void> {
    const next = this.steps.find(
      ({ i, request }) => i > step.i && /\/(backupprotectableitems|refreshcontainers)\/?$/i.test(request.path),
    );
    if (next?.request.method !== 'GET') return;
    const own = listOf(next.response.body).filter((element) => !this.parts.ownership.isForeign(element));
    const shows = (element: Members) => textOf(element, 'name').toLowerCase().endsWith(`;${machine}`);
    if (own.length > 0 && !own.some(shows)) await this.#refresh(next.request);
  }

  async #refresh({ path, query }: Step['request']): Promise<void> {
    const [vault = ''] = VAULT.exec(this.parts.identities.translate(path)) ?? [];
    const version = { 'api-version': query['api-version'] ?? '' };
    const { engine } = this.parts;
    const started = await engine.send({
      method: 'POST',
      path: `${vault}/backupFabrics/Azure/refreshContainers`,
      query: version,
    });
    const { location } = started.headers;
    if (location === undefined) return;
    const { pathname } = new URL(location);
    while (isRunning(await engine.send({ method: 'GET', path: pathname, query: version })));
  }

  /** Scheduled backups that no request shows: the job that deletes an item tells how many points it had. */
  async #backedUpMeanwhile({ i, request }: Step): Promise<void> {
    const count = pointsDeletedAfter(this.steps, i);
    if (count === 0) return;
    const item = this.parts.identities.translate(request.path);
    const { engine } = this.parts;
    const query = { 'api-version': '2024-04-01' };
    const points = await engine.send({ method: 'GET', path: `${item}/recoveryPoints`, query });
    for (let missing = count - listOf(points.body).length; missing > 0; missing--) {
      const body = { properties: { objectType: 'IaasVMBackupRequest' } };
      const { headers } = await engine.send({ method: 'POST', path: `${item}/backup`, query, body });
      if (headers.location === undefined) return; // refused: the comparison of the job will tell
      const { pathname } = new URL(headers.location);
      while (isRunning(await engine.send({ method: 'GET', path: pathname, query })));
      const [vault = ''] = VAULT.exec(item.split(/\/backupfabrics\//i)[0] ?? '') ?? [];
      const atWork = { ...query, $filter: "operation eq 'Backup' and status eq 'InProgress'" };
      const jobs = () => engine.send({ method: 'GET', path: `${vault}/backupJobs`, query: atWork });
      while (listOf((await jobs()).body).length > 0);
    }
  }

  /** Azure has copied what its second region shows, hours after the backup; here the copy is on its way. */
  async #copied({ request }: Step): Promise<void> {
    const [vault] = VAULT.exec(this.parts.identities.translate(request.path).split(/\/backup/i)[0] ?? '') ?? [];
    if (vault === undefined) return;
    const path = `${vault}/providers/VmBackup.Local/replication/default`;
    const query = { 'api-version': LOCAL_API_VERSION };
    for (;;) {
      const { status, body } = await this.parts.engine.send({ method: 'GET', path, query });
      const { backlogObjects, problem } = membersOf(body);
      if (status !== 200 || backlogObjects === 0 || problem !== undefined) return;
    }
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

/** What the next job that deletes data says to have deleted. */
function pointsDeletedAfter(steps: readonly Step[], step: number): number {
  for (const { i, response } of steps) {
    const { operation, extendedInfo } = membersOf(membersOf(response.body).properties);
    if (i > step && operation === 'DeleteBackupData')
      return Number(textOf(membersOf(extendedInfo).propertyBag, 'Number of Recovery Points'));
  }
  return 0;
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
