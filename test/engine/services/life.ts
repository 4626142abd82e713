import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Method } from '../../../src/engine/http/operation';
import { itemId, itemNames } from '../../../src/protocol/ids';
import type { EngineWorld } from '../../support/engineWorld';
import { waitFor } from '../../support/waitFor';
import { noise } from '../store/storeSupport';

/** The way of a machine into a vault, by raw calls whose answers are what they should be. */

const MIB = 1024 * 1024;

export const DAILY_AT_TEN = {
  backupManagementType: 'AzureIaasVM',
  schedulePolicy: {
    schedulePolicyType: 'SimpleSchedulePolicy',
    scheduleRunFrequency: 'Daily',
    scheduleRunTimes: ['2024-01-01T22:00:00Z'],
  },
  retentionPolicy: {
    retentionPolicyType: 'LongTermRetentionPolicy',
    dailySchedule: {
      retentionTimes: ['2024-01-01T22:00:00Z'],
      retentionDuration: { count: 30, durationType: 'Days' },
    },
  },
  instantRpRetentionRangeInDays: 2,
  timeZone: 'UTC',
};

/** A call that must be answered with one of the statuses. @returns its body */
export async function must(
  world: EngineWorld,
  status: number | readonly number[],
  call: readonly [method: Method, path: string, body?: unknown],
) {
  const answer = await world.arm(...call);
  const wanted = typeof status === 'number' ? [status] : status;
  assert.ok(
    wanted.includes(answer.status),
    `${call[0]} ${call[1]}: ${answer.status}, not ${wanted.join('|')}: ${JSON.stringify(answer.body)}`,
  );
  return answer.body;
}

export async function makeGroup(world: EngineWorld): Promise<void> {
  await must(world, [200, 201], ['PUT', world.group, { location: 'local' }]);
}

/** Content that differs from image to image: partly noise, partly zeros. */
export function imageContent(seed: number, bytes = MIB): Buffer {
  return Buffer.concat([noise(Math.ceil(bytes / 2), seed), Buffer.alloc(Math.floor(bytes / 2))]);
}

/** A raw image of this world. @returns its path */
export function writeImage(world: EngineWorld, name: string, content: Uint8Array): string {
  const folder = join(world.folder, 'images');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.raw`);
  writeFileSync(path, content);
  return path;
}

export function diskBody(path: string, osType?: 'Linux' | 'Windows') {
  const creationData = { createOption: 'Import', sourceUri: pathToFileURL(path).href };
  return { location: 'local', properties: { creationData, ...(osType && { osType }) } };
}

export function machineBody(diskIds: readonly string[]) {
  const [osDisk, ...dataDisks] = diskIds.map((id) => ({ createOption: 'Attach', managedDisk: { id } }));
  return {
    location: 'local',
    properties: { storageProfile: { osDisk, dataDisks: dataDisks.map((disk, lun) => ({ lun, ...disk })) } },
  };
}

/** A machine of raw images. @returns its id */
export async function makeMachine(world: EngineWorld, name: string, contents: readonly Uint8Array[]): Promise<string> {
  const compute = `${world.group}/providers/Microsoft.Compute`;
  const ids: string[] = [];
  for (const [i, content] of contents.entries()) {
    const disk = `${compute}/disks/${name}-${i === 0 ? 'os' : `data${i}`}`;
    await must(world, 200, ['PUT', disk, diskBody(writeImage(world, `${name}-${i}`, content), 'Linux')]);
    ids.push(disk);
  }
  const id = `${compute}/virtualMachines/${name}`;
  await must(world, [200, 201], ['PUT', id, machineBody(ids)]);
  return id;
}

export function vaultIdOf(world: EngineWorld, name: string): string {
  return `${world.group}/providers/Microsoft.RecoveryServices/vaults/${name}`;
}

/** @returns the vault's id */
export async function makeVault(world: EngineWorld, name: string): Promise<string> {
  const id = vaultIdOf(world, name);
  await must(world, 201, ['PUT', id, { location: 'local', sku: { name: 'Standard' }, properties: {} }]);
  return id;
}

export async function discover(world: EngineWorld, vault: string): Promise<void> {
  await must(world, 202, ['POST', `${vault}/backupFabrics/Azure/refreshContainers`]);
}

export function itemIdOf(vault: string, machine: string): string {
  const names = itemNames('lab', machine);
  return itemId(vault, names.container, names.item);
}

export function protectBody(vault: string, machineId: string, policy = 'DefaultPolicy') {
  return {
    properties: {
      protectedItemType: 'Microsoft.Compute/virtualMachines',
      sourceResourceId: machineId,
      policyId: `${vault}/backupPolicies/${policy}`,
    },
  };
}

/** A machine in a vault: group, vault and machine are made when they are not there. @returns ids */
export async function makeProtected(
  world: EngineWorld,
  name: string,
  { contents = [imageContent(1)], policy = 'DefaultPolicy', vault = 'home-vault' } = {},
): Promise<{ vault: string; machine: string; item: string }> {
  await makeGroup(world);
  const vaultId = await makeVault(world, vault);
  const machine = await makeMachine(world, name, contents);
  await discover(world, vaultId);
  const item = itemIdOf(vaultId, name);
  await must(world, 202, ['PUT', item, protectBody(vaultId, machine, policy)]);
  return { vault: vaultId, machine, item };
}

/** Starts a backup. @returns the id of its job */
export async function backup(world: EngineWorld, item: string, properties: object = {}): Promise<string> {
  const answer = await world.arm('POST', `${item}/backup`, {
    properties: { objectType: 'IaasVMBackupRequest', ...properties },
  });
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  return jobOf(world, item, answer.headers['azure-asyncoperation']);
}

/** The job that an operation started. */
export async function jobOf(world: EngineWorld, item: string, link: unknown): Promise<string> {
  const { body } = await world.follow(link);
  assert.equal(body.status, 'Succeeded', JSON.stringify(body));
  return `${item.slice(0, item.indexOf('/backupFabrics/'))}/backupJobs/${body.properties.jobId}`;
}

/** The job once it has ended, in whatever way. */
export async function ended(world: EngineWorld, job: string) {
  return waitFor(`the end of ${job}`, async () => {
    const { properties } = await must(world, 200, ['GET', job]);
    return properties.status === 'InProgress' || properties.status === 'Cancelling' ? undefined : properties;
  });
}

/** A backup that must complete. @returns the id of its job */
export async function backedUp(world: EngineWorld, item: string, properties: object = {}): Promise<string> {
  const job = await backup(world, item, properties);
  const { status, errorDetails } = await ended(world, job);
  assert.equal(status, 'Completed', JSON.stringify(errorDetails));
  return job;
}

/** The recovery points of an item, as listed. */
export async function pointsOf(world: EngineWorld, item: string) {
  return (await must(world, 200, ['GET', `${item}/recoveryPoints`])).value;
}

export async function propertiesOf(world: EngineWorld, id: string) {
  return (await must(world, 200, ['GET', id])).properties;
}

export async function statisticsOf(world: EngineWorld, job: string) {
  return must(world, 200, ['GET', `${job}/providers/VmBackup.Local/statistics/default`]);
}

/** A storage account that stands for a folder. @returns its id */
export async function makeTarget(world: EngineWorld, folder: string): Promise<string> {
  const id = `${world.group}/providers/Microsoft.Storage/storageAccounts/restoretarget`;
  await must(world, 200, ['PUT', id, { location: 'local', tags: { 'vmbackup-folder': folder } }]);
  return id;
}

export function restoreBody(storageAccountId: string, more: object = {}) {
  return {
    properties: { objectType: 'IaasVMRestoreRequest', recoveryType: 'RestoreDisks', storageAccountId, ...more },
  };
}

/** Restores a point. @returns the sha256 of each restored file, in the order of the disks */
export async function restoredHashes(world: EngineWorld, item: string, point: string): Promise<string[]> {
  const account = await makeTarget(world, join(world.folder, 'restored'));
  const started = await world.arm('POST', `${item}/recoveryPoints/${point}/restore`, restoreBody(account));
  assert.equal(started.status, 202, JSON.stringify(started.body));
  const operation = await waitFor('the restore operation', async () => {
    const { body } = await world.follow(started.headers['azure-asyncoperation']);
    return body.status === 'InProgress' ? undefined : body;
  });
  assert.equal(operation.status, 'Succeeded', JSON.stringify(operation.error));
  const job = `${item.slice(0, item.indexOf('/backupFabrics/'))}/backupJobs/${operation.properties.jobId}`;
  const { status, errorDetails } = await ended(world, job);
  assert.equal(status, 'Completed', JSON.stringify(errorDetails));
  const { files } = await statisticsOf(world, job);
  return files.map(({ path }: { path: string }) => sha256(readFileSync(path)));
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What `verify` says, which reads everything that is stored. */
export async function verified(world: EngineWorld) {
  return must(world, 200, ['POST', '/providers/VmBackup.Local/maintenance/verify']);
}
