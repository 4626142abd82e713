import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { groupId, itemNames, resourceId, vaultId } from '../../src/protocol/ids';
import { DAILY_AT_TEN, diskBody, machineBody, protectBody } from '../engine/services/life';
import type { Target } from './swagger';

/** A call as it is sent. */
export interface FuzzCall {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly body?: string;
}

const GROUP = 'lab';
const VAULT = 'home-vault';
const MACHINE = 'web';
/** Parts of the names of parameters, and of the types in ids, that stand for what comes and goes. */
const KINDS = ['point', 'job', 'operation'] as const;
const MOST_SEEN = 8;
const VERSION = 'api-version=2024-04-01';

/** What there is in a fuzzed engine, so that many of the requests find something: one machine that one vault protects. */
export class FuzzWorld {
  readonly subscriptionId: string;
  /** Newest last: points, jobs and operations that answers named. */
  readonly #seen = new Map<string, string[]>();
  readonly #image: string;
  readonly #restored: string;

  constructor(subscriptionId: string, folder: string) {
    this.subscriptionId = subscriptionId;
    this.#image = join(folder, 'disk.raw');
    this.#restored = join(folder, 'restored');
    writeFileSync(this.#image, Buffer.alloc(64 * 1024, 'fuzz'));
  }

  /** Notes what an answer names, so that later requests can ask for it. */
  learn(text: string): void {
    for (const [, type = '', name = ''] of text.matchAll(/\/(recoveryPoints|backupJobs|operation\w+)\/([^/?"\s]+)/gi)) {
      const kind = KINDS.find((each) => type.toLowerCase().includes(each)) ?? '';
      const known = (this.#seen.get(kind) ?? []).filter((other) => other !== name);
      this.#seen.set(kind, [...known, name].slice(-MOST_SEEN));
    }
  }

  get vault(): string {
    return vaultId(this.subscriptionId, GROUP, VAULT);
  }

  get machine(): string {
    return resourceId(this.subscriptionId, GROUP, 'Microsoft.Compute/virtualMachines', MACHINE);
  }

  get account(): string {
    return resourceId(this.subscriptionId, GROUP, 'Microsoft.Storage/storageAccounts', 'target');
  }

  /** Values of the parameters of paths, by the names that descriptions give them. */
  get names(): Readonly<Record<string, readonly string[]>> {
    const { container, item } = itemNames(GROUP, MACHINE);
    const names = [MACHINE, VAULT, 'Nightly', 'other', 'target', '1'];
    return {
      subscription: [this.subscriptionId],
      resourcegroup: [...Array<string>(11).fill(GROUP), 'other'],
      vault: [...Array<string>(11).fill(VAULT), 'second'],
      fabric: ['Azure'],
      container: [container],
      item: [item],
      policy: ['Nightly', 'DefaultPolicy', 'other'],
      location: ['local', 'eastasia'],
      ...Object.fromEntries(this.#seen),
      any: names,
    };
  }

  /** The calls that make it, in order; they may be sent again at any time. */
  get setup(): FuzzCall[] {
    const group = groupId(this.subscriptionId, GROUP);
    const disk = resourceId(this.subscriptionId, GROUP, 'Microsoft.Compute/disks', `${MACHINE}-os`);
    const { container, item } = itemNames(GROUP, MACHINE);
    const itemPath = `${this.vault}/backupFabrics/Azure/protectionContainers/${container}/protectedItems/${item}`;
    const put = (path: string, body: unknown): FuzzCall => ({
      method: 'PUT',
      url: `${path}?${VERSION}`,
      body: JSON.stringify(body),
    });
    return [
      put(group, { location: 'local' }),
      put(disk, diskBody(this.#image, 'Linux')),
      put(this.machine, machineBody([disk])),
      put(this.account, { location: 'local', tags: { 'vmbackup-folder': this.#restored } }),
      {
        method: 'POST',
        url: `/subscriptions/${this.subscriptionId}/providers/Microsoft.RecoveryServices/locations/local/deletedVaults/${VAULT}/undelete?${VERSION}`,
        body: JSON.stringify({ properties: { recoveryResourceGroupId: group } }),
      },
      put(this.vault, { location: 'local', sku: { name: 'Standard' }, properties: {} }),
      put(`${this.vault}/backupPolicies/Nightly`, { properties: DAILY_AT_TEN }),
      { method: 'POST', url: `${this.vault}/backupFabrics/Azure/refreshContainers?${VERSION}` },
      put(itemPath, { properties: { isRehydrate: true, policyId: '', protectionState: 'ProtectionStopped' } }),
      // Built in, so that it is there although a vault takes no more than 50 policies a day.
      put(itemPath, protectBody(this.vault, this.machine, 'DefaultPolicy')),
      { method: 'POST', url: `${itemPath}/backup?${VERSION}`, body: JSON.stringify({ properties: {} }) },
    ];
  }

  /** Bodies that operations of the engine's own table do something with, by the ends of their paths. */
  bodyFor({ method, path }: Pick<Target, 'method' | 'path'>): unknown {
    if (method === 'GET' || method === 'DELETE' || method === 'HEAD') return undefined;
    const ends = (end: string) => path.toLowerCase().endsWith(end.toLowerCase());
    const vmType = 'Microsoft.Compute/virtualMachines';
    if (ends('/restore')) {
      return {
        properties: {
          objectType: 'IaasVMRestoreRequest',
          recoveryType: 'RestoreDisks',
          sourceResourceId: this.machine,
          storageAccountId: this.account,
          region: 'local',
        },
      };
    }
    if (ends('/backup')) return { properties: { objectType: 'IaasVMBackupRequest' } };
    if (/\/backupPolicies\/[^/]+$/i.test(path)) return { properties: DAILY_AT_TEN };
    if (/\/protectedItems\/[^/]+$/i.test(path)) return protectBody(this.vault, this.machine, 'Nightly');
    if (/\/virtualMachines\/[^/]+$/i.test(path)) return machineBody([`${this.machine}-os`]);
    if (/\/disks\/[^/]+$/i.test(path)) return diskBody(this.#image, 'Linux');
    if (ends('/backupStatus')) return { resourceType: 'VM', resourceId: this.machine };
    if (ends('/backupPreValidateProtection')) {
      return { resourceType: 'VM', resourceId: this.machine, vaultId: this.vault, properties: '' };
    }
    if (ends('/vaultconfig'))
      return { properties: { softDeleteFeatureState: 'Disabled', enhancedSecurityState: 'Disabled' } };
    return { location: 'local', name: 'second', type: vmType, tags: { a: 'b' }, properties: {} };
  }
}
