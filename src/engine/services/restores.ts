import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { appError } from '../../domain/errorCatalogue';
import { formatBytes } from '../../domain/sizes';
import { isFinished } from '../../domain/states';
import { idKey, parseId } from '../../protocol/ids';
import { toPropertyBagTime } from '../../protocol/time';
import type { Catalog } from '../catalog/catalog';
import type { JobRecord, OperationRecord, VaultRecord } from '../catalog/records';
import type { Repository } from '../store/repository';
import type { ComputeService } from './compute';
import { writeDiskSecrets } from './diskSecrets';
import type { Gate } from './gate';
import type { JobService } from './jobs';
import type { OperationService, OperationWork } from './operations';
import { type RestoredDisk, restoreConfig, restoreTemplate } from './restore/blobs';
import { makeMachine, replaceDisks, UPDATE } from './restore/machine';
import { locationOf, notWritable, type RestorePlan, type RestorePlanner, type RestoreSubject } from './restore/plan';
import { discardFresh, type Swap, swapFiles } from './restore/swap';
import { TRANSFER, transferDisks } from './restore/transfer';
import type { RunningJob } from './runningJob';
import type { VaultStores } from './vaultStores';

const CREATE = 'Create the restored virtual machine';

const KINDS = {
  RestoreDisks: { jobType: 'Recover disks', tasks: [TRANSFER] },
  AlternateLocation: { jobType: 'Recover VM to an alternate location', tasks: [TRANSFER, CREATE] },
  OriginalLocation: { jobType: 'Replace disks', tasks: [TRANSFER, UPDATE] },
} as const;

interface RestoreDeps {
  readonly catalog: Catalog;
  readonly compute: ComputeService;
  readonly jobs: JobService;
  readonly operations: OperationService;
  readonly planner: RestorePlanner;
  readonly stores: VaultStores;
  readonly gate: Gate;
}

/** Restores: the disks of a point as files below a folder, as a new machine, or in place of a machine's own disks. */
export class RestoreService {
  readonly #deps: RestoreDeps;
  readonly #running = new Set<Promise<void>>();

  constructor(deps: RestoreDeps) {
    this.#deps = deps;
  }

  /**
   * Starts a restore. What cannot work (no room, no right to write, a backup under way) fails the operation before
   * anything is written; the job has the operation's id (SPEC §1.8).
   */
  start(subject: RestoreSubject): OperationRecord {
    return this.startAs(subject, { vaultKey: idKey(subject.vault.id) });
  }

  /** As {@link start}, for an operation that is known by another id or belongs to something else than the vault. */
  startAs(subject: RestoreSubject, operation: Pick<OperationWork, 'id' | 'vaultKey'>): OperationRecord {
    return this.#deps.operations.start({
      ...operation,
      run: async (operationId) => {
        const plan = await this.#deps.planner.plan(subject);
        if (this.#deps.jobs.runningOf(idKey(subject.item.id))) throw appError('BMSUserErrorObjectLocked', {});
        return { jobId: this.#begin(operationId, subject, plan) };
      },
    });
  }

  /** Waits until no restore is under way. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Finishes the replacing of disks that the engine's end cut off, or removes what was restored for it. */
  async finishInterrupted(warn: (text: string) => void): Promise<void> {
    const { catalog } = this.#deps;
    for (const job of ['InProgress', 'Cancelling'].flatMap((status) => catalog.jobs.list({ where: { status } }))) {
      if (job.swaps === undefined || isFinished(job.status)) continue;
      try {
        await this.#finishSwap(job, job.swaps);
      } catch (error) {
        warn(`Disks of ${job.machineName}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  async #finishSwap(job: JobRecord, swaps: readonly Swap[]): Promise<void> {
    const { compute, jobs } = this.#deps;
    if (job.tasks.at(-1)?.status !== 'InProgress') return discardFresh(swaps); // the job fails as any that was cut off
    await swapFiles(swaps);
    for (const { diskId } of swaps) await compute.putDisk(compute.disk(diskId));
    jobs.end(job, { status: 'Completed', errors: [] }, 'The disks were replaced when the engine came back.');
  }

  #begin(name: string, subject: RestoreSubject, plan: RestorePlan): string {
    const { jobs, gate } = this.#deps;
    const { vault, item, input, secondSite } = subject;
    const job = jobs.start({
      // Jobs of a second region have ids of their own (recorded).
      ...(secondSite === undefined && { name }),
      vault,
      item,
      operation: secondSite === undefined ? 'Restore' : 'CrossRegionRestore',
      restoreType: input.type,
      secondSite,
      tasks: KINDS[input.type].tasks,
      properties: { 'Job Type': KINDS[input.type].jobType, ...propertiesOf(subject, plan) },
      userTriggered: true,
    });
    const running: Promise<void> = gate
      .run(job.signal, () => this.#run(job, subject, plan))
      .catch((error: unknown) => job.stop(error))
      .finally(() => {
        this.#noteEnd(job.record);
        this.#running.delete(running);
      });
    this.#running.add(running);
    return job.record.id;
  }

  async #run(job: RunningJob, subject: RestoreSubject, plan: RestorePlan): Promise<void> {
    job.phase('Prepare');
    job.task(TRANSFER, { status: 'InProgress' });
    const store = await this.#open(job, subject);
    const { point } = subject;
    if (plan.type === 'OriginalLocation') return replaceDisks(job, { compute: this.#deps.compute, store, point, plan });
    const folder = await newFolder(plan.folder, subject);
    const disks = plan.disks.map((disk) => ({ disk, path: join(folder, `${disk.name}.raw`) }));
    const bytes = disks.reduce((sum, { disk }) => sum + disk.sizeBytes, 0);
    job.log('info', `Restoring ${disks.length} disk(s), ${formatBytes(bytes)}, to ${folder}.`);
    await transferDisks(job, store, { point, disks });
    for (const { disk, path } of disks) job.file({ disk: disk.name, path, sizeBytes: disk.sizeBytes });
    const secrets = point.encryption ? await store.secrets(point.manifestKey) : [];
    for (const { disk } of disks) {
      for (const key of await writeDiskSecrets(folder, disk.name, secrets))
        job.log('info', `${disk.name}: its key is in ${key}.`);
    }
    if (plan.type === 'AlternateLocation') {
      job.task(CREATE, { status: 'InProgress' });
      await makeMachine(this.#deps.compute, { jobName: nameOf(job.record), subject, target: plan.target, disks });
      job.task(CREATE, { status: 'Completed' });
    } else {
      await writeBlobs(job, folder, subject, disks);
    }
    job.property('Restored file(s)', disks.map(({ path }) => path).join(', '));
    if (subject.input.luns || point.excludedDisks) {
      job.property('Restored disk(s)', disks.map(({ disk }) => disk.name).join('; '));
      job.property('Backed-up disk(s)', point.disks.map((disk) => disk.name).join('; '));
    }
    job.complete();
  }

  async #open(job: RunningJob, { vault, secondSite }: RestoreSubject): Promise<Repository> {
    const { stores } = this.#deps;
    if (secondSite !== undefined) {
      job.log('info', `Restoring from the copy at the site ${secondSite}.`);
      return stores.openPair(vault);
    }
    const { store, from } = await stores.openToRestore(vault);
    if (from === 'pair')
      job.log('warning', 'The vault itself cannot be read; restoring from its copy at the second site.');
    return store;
  }

  #noteEnd({ itemKey, status, errors }: JobRecord): void {
    const { items } = this.#deps.catalog;
    const item = items.get(itemKey);
    if (!item || (status !== 'Completed' && status !== 'Failed' && status !== 'Cancelled')) return;
    items.put({ ...item, lastRestore: { status, failure: errors[0] } });
  }
}

/** The names of the property bag as the service spells them, one with a blank at its end (SPEC §1.11). */
function propertiesOf(subject: RestoreSubject, plan: RestorePlan): Record<string, string> {
  const { item, point, input } = subject;
  const network = input.virtualNetworkId;
  const group = plan.type === 'RestoreDisks' ? input.targetResourceGroup : groupOf(plan);
  return {
    ...(plan.type === 'AlternateLocation' && { 'Original VM Name': item.machineName }),
    'Target VM Name': plan.type === 'RestoreDisks' ? 'vmName' : machineOf(plan),
    ...(plan.type === 'AlternateLocation' &&
      network !== undefined && {
        'Target VNet Name': `Group ${parseId(network)?.resourceGroup ?? ''} ${network.split('/').at(-1)}`,
      }),
    'Target Storage Account Name': input.storageAccountId.split('/').at(-1) ?? '',
    'Recovery point time ': toPropertyBagTime(point.time),
    ...(group !== undefined && { 'Target resource group': group }),
    ...(subject.secondSite !== undefined && originOf(subject.vault)),
  };
}

/** Where the point of a cross-region restore is from: its job belongs to no vault (recorded). */
function originOf({ id, name, group }: VaultRecord): Record<string, string> {
  return {
    'Subscription Id of the vault': parseId(id)?.subscriptionId ?? '',
    'Resource Group Name of the vault': group,
    'Vault name': name,
  };
}

function groupOf(plan: Exclude<RestorePlan, { type: 'RestoreDisks' }>): string {
  return plan.type === 'AlternateLocation' ? plan.target.group : plan.machine.group;
}

function machineOf(plan: Exclude<RestorePlan, { type: 'RestoreDisks' }>): string {
  return plan.type === 'AlternateLocation' ? plan.target.name : plan.machine.name;
}

function nameOf({ id }: JobRecord): string {
  return id.split('/').at(-1) ?? id;
}

/** A folder of its own for each restore; a name that is never taken twice, so that nothing is ever overwritten. */
async function newFolder(parent: string, { item, point }: RestoreSubject): Promise<string> {
  const time = new Date(point.time).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const folder = join(parent, `${item.machineName}-${time}-${randomBytes(3).toString('hex')}`);
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw notWritable(parent, error);
  });
  return folder;
}

/** Writes what the service calls blobs: a description of the disks, and a template that makes a machine of them. */
async function writeBlobs(job: RunningJob, folder: string, subject: RestoreSubject, disks: readonly RestoredDisk[]) {
  const { item, point } = subject;
  const described = { item, point, location: locationOf(subject), disks };
  const config = join(folder, `config-${item.machineName}-${nameOf(job.record)}.json`);
  const template = join(folder, `azuredeploy${nameOf(job.record)}.json`);
  await writeFile(config, JSON.stringify(restoreConfig(described), undefined, 2), { flag: 'wx', mode: 0o600 });
  await writeFile(template, JSON.stringify(restoreTemplate(described), undefined, 2), { flag: 'wx', mode: 0o600 });
  job.property('Config Blob Name', basename(config));
  job.property('Config Blob Container Name', basename(folder));
  job.property('Config Blob Uri', pathToFileURL(config).href);
  job.property('Template Blob Uri', pathToFileURL(template).href);
}
