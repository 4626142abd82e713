import { createHash, randomBytes } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import type { EngineSettings } from '../domain/engineSettings';
import type { BackupPolicy } from '../domain/policy';
import type { JobStatistics, Machine } from '../domain/views';
import { idKey, isClassicMachine, nameIn, resourceId } from '../protocol/ids';
import {
  type AttachReply,
  attachReply,
  engineHealth,
  engineSettings,
  FIRST_SITE,
  FOLDER_TAG,
  jobStatistics,
  LOCAL_API_VERSION,
  labChangeReply,
  labReply,
  type MachineProblem,
  machineLookReply,
  type PointHold,
  type PolicyPreviewReply,
  pointHoldList,
  policyPreviewReply,
  RESTORE_GROUP,
  type RepairReply,
  type ReplicationReply,
  recoveryKeyReply,
  repairReply,
  replicationReply,
  type SiteReply,
  siteList,
  siteReply,
  type VaultUsageReply,
  type VerifyReply,
  vaultUsage,
  verifyReply,
} from '../protocol/local';
import { policyToWire } from '../protocol/policyWire';
import type { ArmClients } from './armClients';
import { asAppErrors } from './armErrors';
import { deleteClassicMachine } from './classicMachines';
import type {
  AddMachineInput,
  AttachInput,
  CallOptions,
  Connection,
  EngineHealth,
  LabChange,
  LabState,
  LocalConnection,
  RestoreFolder,
  Site,
  SiteInput,
} from './connection';
import { type RawCall, rawCall } from './rawCall';

const LOCAL = 'providers/VmBackup.Local';
const HOLDS = `${LOCAL}/holds/default`;
const ARM = 'https://management.azure.com';

/** What only this computer can do: machines from disk images, the sample lab, and the engine's own namespace. */
export class LocalCalls implements LocalConnection {
  readonly #clients: ArmClients;
  readonly #subscriptionId: string;
  readonly #connection: () => Connection;

  /** @param deps.connection the connection that this one is a part of */
  constructor(deps: { clients: ArmClients; subscriptionId: string; connection: () => Connection }) {
    this.#clients = deps.clients;
    this.#subscriptionId = deps.subscriptionId;
    this.#connection = deps.connection;
  }

  async addMachine(input: AddMachineInput, options: CallOptions = {}): Promise<Machine> {
    const { name, resourceGroup, location, osType, diskPaths, tags } = input;
    const { compute } = this.#clients;
    const abort = { abortSignal: options.signal };
    return asAppErrors(async () => {
      const ids: string[] = [];
      for (const [i, path] of diskPaths.entries()) {
        const diskName = i === 0 ? `${name}-os` : `${name}-data${i}`;
        const creationData = { createOption: 'Import', sourceUri: pathToFileURL(path).href };
        await compute.disks.createOrUpdate(resourceGroup, diskName, { location, osType, creationData, tags }, abort);
        ids.push(resourceId(this.#subscriptionId, resourceGroup, 'Microsoft.Compute/disks', diskName));
      }
      const [osDisk, ...dataDisks] = ids;
      await compute.virtualMachines.createOrUpdate(
        resourceGroup,
        name,
        {
          location,
          tags,
          storageProfile: {
            osDisk: { osType, createOption: 'Attach', managedDisk: { id: osDisk } },
            dataDisks: dataDisks.map((id, lun) => ({ lun, createOption: 'Attach', managedDisk: { id } })),
          },
        },
        abort,
      );
      const id = resourceId(this.#subscriptionId, resourceGroup, 'Microsoft.Compute/virtualMachines', name);
      const [machine] = await this.#machines([id], options);
      if (!machine) throw new Error(`The machine ${name} was added but is not in the list.`);
      return machine;
    });
  }

  async removeMachine(machineId: string, options: CallOptions = {}): Promise<void> {
    const [machine] = await this.#machines([machineId], options);
    if (!machine) return;
    const abort = { abortSignal: options.signal };
    const { compute } = this.#clients;
    await asAppErrors(async () => {
      if (isClassicMachine(machineId)) return deleteClassicMachine(this.#clients.backup, machineId, options);
      await compute.virtualMachines.delete(machine.resourceGroup, machine.name, abort);
      for (const { id } of machine.disks) {
        const disk = nameIn(id, 'disks');
        if (disk !== undefined) await compute.disks.delete(machine.resourceGroup, disk, abort);
      }
    });
  }

  async restoreTarget(target: RestoreFolder, options: CallOptions = {}): Promise<string> {
    // The same account for the same folder; those of other sites came later and have the site in their names.
    const named = target.location === FIRST_SITE ? target.folder : `${target.location}\n${target.folder}`;
    const name = `restore${createHash('sha256').update(named).digest('hex').slice(0, 16)}`;
    return this.#account(name, target, options);
  }

  async withRestoreTarget<T>(
    target: RestoreFolder,
    ask: (storageAccountId: string) => Promise<T>,
    options: CallOptions = {},
  ): Promise<T> {
    const name = `check${randomBytes(8).toString('hex')}`;
    try {
      return await ask(await this.#account(name, target, options));
    } finally {
      // Also when the question was called off. One that is left over, because the engine is gone, stands for a folder and nothing more.
      await this.#clients.storage.storageAccounts.delete(RESTORE_GROUP, name).catch(() => undefined);
    }
  }

  async #account(name: string, { folder, location }: RestoreFolder, { signal }: CallOptions): Promise<string> {
    const abort = { abortSignal: signal };
    return asAppErrors(async () => {
      await this.#clients.groups.resourceGroups.createOrUpdate(RESTORE_GROUP, { location: FIRST_SITE }, abort);
      await this.#clients.storage.storageAccounts.create(
        RESTORE_GROUP,
        name,
        { location, kind: 'StorageV2', sku: { name: 'Standard_LRS' }, tags: { [FOLDER_TAG]: folder } },
        abort,
      );
      return resourceId(this.#subscriptionId, RESTORE_GROUP, 'Microsoft.Storage/storageAccounts', name);
    });
  }

  async createRecoveryKey(vaultId: string, options: CallOptions = {}): Promise<string> {
    const reply = await this.#call(recoveryKeyReply, 'POST', `${vaultId}/${LOCAL}/recoveryKey/create`, options);
    return reply.recoveryKey;
  }

  async rotateRecoveryKey(vaultId: string, options: CallOptions = {}): Promise<string> {
    const reply = await this.#call(recoveryKeyReply, 'POST', `${vaultId}/${LOCAL}/recoveryKey/rotate`, options);
    return reply.recoveryKey;
  }

  async attachVault(input: AttachInput, options: CallOptions = {}): Promise<AttachReply> {
    return this.#call(attachReply, 'POST', `/${LOCAL}/attach`, options, input);
  }

  async sites(options: CallOptions = {}): Promise<Site[]> {
    return (await this.#call(siteList, 'GET', `/${LOCAL}/sites`, options)).value.map(readSite);
  }

  async saveSite({ name, ...properties }: SiteInput, options: CallOptions = {}): Promise<Site> {
    return readSite(await this.#call(siteReply, 'PUT', `/${LOCAL}/sites/${name}`, options, { properties }));
  }

  async replication(vaultId: string, options: CallOptions = {}): Promise<ReplicationReply> {
    return this.#call(replicationReply, 'GET', `${vaultId}/${LOCAL}/replication/default`, options);
  }

  async previewPolicy(policyId: string, rule: BackupPolicy, options: CallOptions = {}): Promise<PolicyPreviewReply> {
    const body = { properties: policyToWire(rule) };
    return this.#call(policyPreviewReply, 'POST', `${policyId}/${LOCAL}/preview/default`, options, body);
  }

  async pointHolds(itemId: string, options: CallOptions = {}): Promise<PointHold[]> {
    return (await this.#call(pointHoldList, 'GET', `${itemId}/${HOLDS}`, options)).value;
  }

  async holdPoint(pointId: string, reason: string, options: CallOptions = {}): Promise<void> {
    await this.#call(z.unknown(), 'PUT', `${pointId}/${HOLDS}`, options, { reason });
  }

  async releasePoint(pointId: string, options: CallOptions = {}): Promise<void> {
    await this.#call(z.unknown(), 'DELETE', `${pointId}/${HOLDS}`, options);
  }

  async jobStatistics(jobId: string, options: CallOptions = {}): Promise<JobStatistics> {
    return this.#call(jobStatistics, 'GET', `${jobId}/${LOCAL}/statistics/default`, options);
  }

  async vaultUsage(vaultId: string, options: CallOptions = {}): Promise<VaultUsageReply> {
    return this.#call(vaultUsage, 'GET', `${vaultId}/${LOCAL}/usage/default`, options);
  }

  async health(options: CallOptions = {}): Promise<EngineHealth> {
    return this.#call(engineHealth, 'GET', `/${LOCAL}/engine`, options);
  }

  async verify(options: CallOptions = {}): Promise<VerifyReply> {
    return this.#call(verifyReply, 'POST', `/${LOCAL}/maintenance/verify`, options);
  }

  async repair(options: CallOptions = {}): Promise<RepairReply> {
    return this.#call(repairReply, 'POST', `/${LOCAL}/maintenance/repair`, options);
  }

  async pauseSchedules(paused: boolean, options: CallOptions = {}): Promise<void> {
    await this.#call(z.unknown(), 'POST', `/${LOCAL}/schedules/${paused ? 'pause' : 'resume'}`, options);
  }

  async saveSettings(settings: EngineSettings, options: CallOptions = {}): Promise<void> {
    await this.#call(engineSettings, 'PUT', `/${LOCAL}/settings/default`, options, settings);
  }

  async lookForMachines(options: CallOptions = {}): Promise<readonly MachineProblem[]> {
    return (await this.#call(machineLookReply, 'POST', `/${LOCAL}/machines/look`, options)).problems;
  }

  async createLab(options: CallOptions = {}): Promise<LabState> {
    const { machines } = await this.#call(labReply, 'POST', `/${LOCAL}/lab/create`, options);
    return { machines: await this.#machines(machines, options) };
  }

  async changeLabFiles(options: CallOptions = {}): Promise<LabChange[]> {
    return (await this.#call(labChangeReply, 'POST', `/${LOCAL}/lab/changeFiles`, options)).changes;
  }

  async removeLab(options: CallOptions = {}): Promise<void> {
    await this.#call(z.unknown(), 'POST', `/${LOCAL}/lab/remove`, options);
  }

  async #machines(ids: readonly string[], options: CallOptions): Promise<Machine[]> {
    const all = await this.#connection().machines(options);
    return ids.flatMap((id) => all.filter((machine) => idKey(machine.id) === idKey(id)));
  }

  async #call<T>(
    schema: z.ZodType<T>,
    method: RawCall['method'],
    path: string,
    options: CallOptions,
    body?: object,
  ): Promise<T> {
    const url = `${ARM}${path}?api-version=${LOCAL_API_VERSION}`;
    return rawCall(this.#clients.backup, schema, { method, url, body }, options);
  }
}

function readSite({ name, properties }: SiteReply): Site {
  const { displayName, folder, pairedSite, zoneFolder } = properties;
  return {
    name,
    displayName,
    folder,
    ...(pairedSite === undefined ? {} : { pairedSite }),
    ...(zoneFolder === undefined ? {} : { zoneFolder }),
  };
}
