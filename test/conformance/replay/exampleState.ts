import { setTimeout as delay } from 'node:timers/promises';
import { listOf, type Members, membersOf, textOf, textsIn } from './json';
import { isRunning } from './plan';
import type { Answer, ReplayEngine } from './replayEngine';
import type { Seeder } from './seed';
import type { Operation } from './swagger';

const API = '2024-04-01';
const LINKS = ['azure-asyncoperation', 'location'];

/** What an example's parameters name, and what its answer shows. */
export interface Wanted {
  readonly operation: Operation;
  readonly parameters: Members;
  /** Resources of the answer, in the engine's words. */
  readonly shown: readonly Members[];
}

/**
 * Makes what an example takes for granted, through the engine's own API and by the names of its parameters: policy,
 * machine, protected item, recovery point, job, operation. A request that makes one of them itself finds it missing.
 */
export class ExampleState {
  readonly #item: string;
  /** Resource type of the machine. */
  readonly #type: string;
  readonly #machine: string;

  /** @param vault the one that the parameters name; without one, what the answer shows may name one */
  constructor(
    private readonly engine: ReplayEngine,
    private readonly seeder: Seeder,
    private readonly vault: string,
    private readonly wanted: Wanted,
  ) {
    const given = [wanted.parameters, ...wanted.shown].map((one) => textOf(one, 'protectedItemName'));
    const [, kind = 'iaasvmcontainerv2', group = 'machines', name = 'machine'] = given.find(Boolean)?.split(';') ?? [];
    const words = `${kind};${group};${name}`;
    this.#item = `${vault}/backupFabrics/Azure/protectionContainers/IaasVMContainer;${words}/protectedItems/VM;${words}`;
    this.#type = `Microsoft.${/v2$/i.test(kind) ? 'Compute' : 'ClassicCompute'}/virtualMachines`;
    this.#machine = `/subscriptions/${engine.subscriptionId}/resourceGroups/${group}/providers/${this.#type}/${name}`;
  }

  /** @returns the parameters with the names that the engine has chosen for points, jobs and operations */
  async make(): Promise<Members> {
    const { operation, parameters, shown } = this.wanted;
    if (this.vault === '' || this.#makes('{vaultName}')) return parameters;
    const location = await this.#locationOfVault();
    await this.#changeVault(shown);
    await this.#policies(shown);
    if (findsSomething(shown)) await this.#removeStorageAccounts();
    const ofItems = /protect|jobs|summar|validate|backupOperation|backupStatus|\{operationId\}/i.test(operation.path);
    if (!ofItems || /vaults\/\{vaultName\}(\/operation\w+\/\{operationId\}|\/usages|)$/i.test(operation.path))
      return { ...parameters, ...only(parameters, await this.#operation({})) };
    if (/intent/i.test(operation.path)) return parameters;
    const [group = ''] = /(?<=resourceGroups\/)[^/]+/.exec(this.#machine) ?? [];
    await this.seeder.group(group);
    const zones = shown.map(({ properties }) => membersOf(properties).zones).find((one) => one !== undefined);
    await this.seeder.machine(this.#machine, { location, ...(zones !== undefined && { zones }) });
    await this.#done(await this.#discover());
    if (/protectableItems/i.test(operation.path) || this.#makes('{protectedItemName}')) return parameters;
    await this.#done(await this.#protect());
    const jobName = await this.#backup();
    const points = listOf((await this.#send('GET', `${this.#item}/recoveryPoints`)).body);
    const chosen = { jobName, recoveryPointId: textOf(points[0], 'name') };
    return { ...parameters, ...only(parameters, { ...chosen, ...(await this.#operation(chosen)) }) };
  }

  #makes(parameter: string): boolean {
    return this.wanted.operation.method === 'PUT' && this.wanted.operation.path.endsWith(`/${parameter}`);
  }

  /** A vault that only the answer names is made where the request asks for it. */
  async #locationOfVault(): Promise<string> {
    const { body } = await this.#send('GET', this.vault);
    const { azureRegion } = this.wanted.parameters;
    if (textOf(body, 'location') !== '' || typeof azureRegion !== 'string') return textOf(body, 'location');
    await this.#send('PUT', this.vault, { location: azureRegion, sku: { name: 'Standard' }, properties: {} });
    return azureRegion;
  }

  /** What a validation finds: there is no place to restore to. */
  async #removeStorageAccounts(): Promise<void> {
    const accounts = textsIn(this.wanted.parameters).filter((text) => /\/storageAccounts\/[^/]+$/i.test(text));
    for (const id of accounts)
      await this.#send(
        'DELETE',
        id.replace(/[^/]+$/, (name) => name.toLowerCase()),
      );
  }

  /** The vault as the answer shows it, as far as the engine lets it be set. */
  async #changeVault(shown: readonly Members[]): Promise<void> {
    for (const vault of shown.filter((one) => /^microsoft\.recoveryservices\/vaults$/i.test(textOf(one, 'type')))) {
      const { type, userAssignedIdentities } = membersOf(vault.identity);
      if (type !== undefined) await this.#send('PATCH', this.vault, { identity: { type, userAssignedIdentities } });
      for (const [name, value] of Object.entries(membersOf(vault.properties)))
        await this.#send('PATCH', this.vault, { properties: { [name]: value } });
    }
  }

  /** Policies as the answer shows them, with longer retention where theirs is too short for today's rules; one that is named only is a copy of the built-in one. */
  async #policies(shown: readonly Members[]): Promise<void> {
    const { policyName } = this.wanted.parameters;
    for (const policy of shown.filter((one) => /\/backupPolicies$/i.test(textOf(one, 'type')))) {
      const properties = membersOf(policy.properties);
      const path = `${this.vault}/backupPolicies/${textOf(policy, 'name')}`;
      const { status } = await this.#send('PUT', path, { properties });
      if (status >= 300) await this.#send('PUT', path, { properties: withCounts(properties, 30) });
    }
    const named = textsIn(this.wanted.parameters).map((text) => /\/backupPolicies\/([^/]+)$/i.exec(text)?.[1]);
    if (!this.#makes('{policyName}')) named.push(typeof policyName === 'string' ? policyName : undefined);
    for (const name of named.filter((one) => one !== undefined)) {
      const path = `${this.vault}/backupPolicies/${name}`;
      if ((await this.#send('GET', path)).status === 200) continue;
      const { body } = await this.#send('GET', `${this.vault}/backupPolicies/DefaultPolicy`);
      await this.#send('PUT', path, { properties: membersOf(body).properties });
    }
  }

  #discover(): Promise<Answer> {
    return this.#send('POST', `${this.vault}/backupFabrics/Azure/refreshContainers`);
  }

  get #policy(): string {
    const { operation, parameters } = this.wanted;
    const used = operation.path.includes('{operationId}') ? textOf(parameters, 'policyName') : '';
    return `${this.vault}/backupPolicies/${used || 'DefaultPolicy'}`;
  }

  #protect(): Promise<Answer> {
    return this.#send('PUT', this.#item, {
      properties: {
        protectedItemType: this.#type,
        sourceResourceId: this.#machine,
        policyId: this.#policy,
      },
    });
  }

  #startBackup(): Promise<Answer> {
    return this.#send('POST', `${this.#item}/backup`, { properties: { objectType: 'IaasVMBackupRequest' } });
  }

  /** @returns the name of the job, which has ended */
  async #backup(): Promise<string> {
    const ended = await this.#done(await this.#startBackup());
    const job = textOf(membersOf(ended?.body).properties, 'jobId');
    const path = `${this.vault}/backupJobs/${job}`;
    for (let state = await this.#send('GET', path); isRunning(state); state = await this.#send('GET', path))
      await delay(20);
    return job;
  }

  /**
   * An operation whose link leads where the example asks: whatever starts such operations is tried in turn. Where no link
   * leads there, an operation of the vault can still be asked for by its id.
   */
  async #operation({ recoveryPointId }: Members): Promise<Members> {
    const { operation } = this.wanted;
    if (!operation.path.includes('{operationId}')) return {};
    const template = new RegExp(`${operation.path.replaceAll(/\{[^}]*\}/g, '([^/]+)')}$`, 'i');
    const starts: readonly (() => Promise<Answer>)[] = [
      () => this.#discover(),
      () => this.#protect(),
      () => this.#send('POST', `${this.vault}/backupJobsExport`),
      () => this.#keepLonger(),
      () =>
        this.#send('POST', `${this.vault}/backupTriggerValidateOperation`, {
          id: `${this.#item}/recoveryPoints/${String(recoveryPointId)}`,
          properties: {
            objectType: 'ValidateIaasVMRestoreOperationRequest',
            restoreRequest: {
              objectType: 'IaasVMRestoreRequest',
              recoveryPointId,
              recoveryType: 'RestoreDisks',
              sourceResourceId: this.#machine,
            },
          },
        }),
      () => this.#cancel(),
      () => this.#send('PATCH', this.vault, { properties: { monitoringSettings: {} } }),
    ];
    let any: string | undefined;
    for (const start of starts) {
      const { headers } = await start();
      for (const link of LINKS.flatMap((name) => headers[name] ?? [])) {
        const path = decodeURIComponent(new URL(link).pathname);
        const found = template.exec(path)?.at(-1);
        any ??= path.split('/').at(-1);
        if (found === undefined) continue;
        const [, jobName] = /\/backupJobs\/([^/]+)\//i.exec(path) ?? [];
        return { operationId: found, ...(jobName !== undefined && { jobName }) };
      }
    }
    return any === undefined ? {} : { operationId: any };
  }

  /** A change of a policy in use. */
  async #keepLonger(): Promise<Answer> {
    const { body } = await this.#send('GET', this.#policy);
    return this.#send('PUT', this.#policy, { properties: withCounts(membersOf(body).properties, 40) });
  }

  async #cancel(): Promise<Answer> {
    this.engine.pool.hold();
    const started = await this.#startBackup();
    const ended = await this.#done(started);
    const job = textOf(membersOf(ended?.body).properties, 'jobId');
    const cancelled = await this.#send('POST', `${this.vault}/backupJobs/${job}/cancel`);
    this.engine.pool.release();
    return cancelled;
  }

  /** Waits for a long operation. @returns its last state */
  async #done({ headers }: Answer): Promise<Answer | undefined> {
    const link = headers['azure-asyncoperation'] ?? headers.location;
    if (link === undefined) return undefined;
    const { pathname } = new URL(link);
    let answer = await this.#send('GET', pathname);
    while (isRunning(answer)) {
      await delay(10);
      answer = await this.#send('GET', pathname);
    }
    return answer;
  }

  #send(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.engine.send({ method, path, query: { 'api-version': API }, body });
  }
}

/** Whether a validation's answer says that something is in the way. */
function findsSomething(shown: readonly Members[]): boolean {
  return JSON.stringify(shown).includes('"validationResults":[{');
}

/** A policy's properties with every duration of its retention as long. */
function withCounts(properties: unknown, count: number): unknown {
  return JSON.parse(JSON.stringify(properties).replaceAll(/"count":\d+/g, `"count":${count}`));
}

function only(names: Members, values: Members): Members {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name in names));
}
