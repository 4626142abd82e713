import { isSelected } from '../../domain/diskSelection';
import { appError } from '../../domain/errorCatalogue';
import { ON_DEMAND_LIMIT, onDemandAllowedFrom } from '../../domain/protectionRules';
import { expiryOf, onDemandExpiry, onDemandProblem, tagsForRun } from '../../domain/retention';
import { formatBytes } from '../../domain/sizes';
import { acceptsBackups } from '../../domain/states';
import { sourceStorageType } from '../../domain/storageType';
import { idKey } from '../../protocol/ids';
import { policyFromWire } from '../../protocol/policyWire';
import { toPropertyBagTime } from '../../protocol/time';
import type { Catalog } from '../catalog/catalog';
import type {
  DiskRecord,
  ItemRecord,
  MachineRecord,
  OperationRecord,
  PointRecord,
  VaultRecord,
} from '../catalog/records';
import type { MachineProvider } from '../machines/provider';
import type { MachineSession } from '../machines/session';
import { type JsonValue, jsonValue } from '../store/json';
import type { BackupCounters, StoredPoint } from '../store/manifest';
import { type ComputeService, provided } from './compute';
import { describeEncryption, readDiskSecrets } from './diskSecrets';
import type { Gate } from './gate';
import type { JobService } from './jobs';
import type { OperationService } from './operations';
import { type PointSubject, pointSubject } from './pointSubject';
import type { PolicyService } from './policies';
import type { PolicyChangeService } from './policyChanges';
import type { ReplicationService } from './replication';
import type { RunningJob } from './runningJob';
import { takeSnapshot } from './snapshot';
import type { SnapshotTier } from './snapshotTier';
import type { VaultStores } from './vaultStores';

const SNAPSHOT = 'Take Snapshot';
const TRANSFER = 'Transfer data to vault';
const DAY_MS = 86_400_000;

const CONSISTENCY_WORDS = {
  AppConsistent: 'application-consistent',
  FileSystemConsistent: 'file-system-consistent',
  CrashConsistent: 'crash-consistent, no agent needed',
} as const;

/** Why a backup runs: somebody asked (and says how long to keep the point), or the policy's schedule. */
export type BackupTrigger =
  | { readonly kind: 'onDemand'; readonly retainUntil?: number }
  | { readonly kind: 'scheduled'; readonly slot: number; readonly missedRuns: number };

interface BackupDeps {
  readonly catalog: Catalog;
  readonly changes: PolicyChangeService;
  readonly compute: ComputeService;
  readonly jobs: JobService;
  readonly operations: OperationService;
  readonly policies: PolicyService;
  readonly provider: MachineProvider;
  readonly replication: ReplicationService;
  readonly snapshots: SnapshotTier;
  readonly stores: VaultStores;
  readonly gate: Gate;
  readonly now: () => number;
  readonly decimal: () => string;
}

/** Backups: reads a machine's disks into its vault and makes one recovery point, all or nothing. */
export class BackupService {
  readonly #deps: BackupDeps;
  readonly #running = new Set<Promise<void>>();

  constructor(deps: BackupDeps) {
    this.#deps = deps;
  }

  /**
   * Starts a backup. The operation succeeds at once, the job goes on by itself (SPEC §1.8); while another backup of the
   * item runs, that job fails (SPEC §2.11).
   * @throws AppError `LocalBackupNotAllowed` for a stopped item, `LocalRetainUntilInvalid`, `LocalOnDemandLimit`, or
   *   `BMSUserErrorObjectLocked` while a job of another kind has the item
   */
  start(vault: VaultRecord, item: ItemRecord, trigger: BackupTrigger): OperationRecord {
    if (!acceptsBackups(item.state)) throw appError('LocalBackupNotAllowed', { vm: item.machineName });
    if (trigger.kind === 'onDemand' && trigger.retainUntil !== undefined) {
      const problem = onDemandProblem(trigger.retainUntil, this.#deps.now());
      if (problem) throw appError('LocalRetainUntilInvalid', { vm: item.machineName, reason: problem.message });
    }
    if (trigger.kind === 'onDemand') this.#checkLimit(item);
    const running = this.#deps.jobs.runningOf(idKey(item.id));
    if (running && running.operation !== 'Backup') throw appError('BMSUserErrorObjectLocked', {});
    return this.#deps.operations.start({
      vaultKey: idKey(vault.id),
      run: async () => ({ jobId: this.#begin(vault, item, trigger) }),
    });
  }

  /**
   * Starts the run of a slot and notes that the slot was used, so that it never runs twice.
   * @returns false while a job of the item is under way: the slot stays due
   */
  startScheduled(item: ItemRecord, run: { slot: number; missedRuns: number }): boolean {
    if (this.#deps.jobs.runningOf(idKey(item.id))) return false;
    const vault = this.#deps.catalog.vaults.get(item.vaultKey);
    if (!vault) return false;
    const due = { ...item, lastSlot: run.slot };
    this.#deps.catalog.items.put(due);
    this.#begin(vault, due, { kind: 'scheduled', ...run });
    return true;
  }

  /** Waits until no backup is under way. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** @throws AppError `LocalOnDemandLimit` */
  #checkLimit(item: ItemRecord): void {
    const now = this.#deps.now();
    const jobs = this.#deps.catalog.jobs.list({
      where: { vault_key: item.vaultKey, item_key: idKey(item.id), operation: 'Backup' },
      from: { start_time: now - DAY_MS },
    });
    const starts = jobs
      .filter(({ userTriggered, status }) => userTriggered && status !== 'Failed' && status !== 'Cancelled')
      .map((job) => job.startTime);
    const allowedFrom = onDemandAllowedFrom(starts, now);
    if (allowedFrom === undefined) return;
    const values = {
      vm: item.machineName,
      limit: ON_DEMAND_LIMIT,
      allowedFrom: `${toPropertyBagTime(allowedFrom)} UTC`,
    };
    throw appError('LocalOnDemandLimit', values);
  }

  #begin(vault: VaultRecord, item: ItemRecord, trigger: BackupTrigger): string {
    const isBusy = this.#deps.jobs.runningOf(idKey(item.id)) !== undefined;
    const expiry = trigger.kind === 'onDemand' ? (trigger.retainUntil ?? onDemandExpiry(this.#deps.now())) : undefined;
    const job = this.#deps.jobs.start({
      vault,
      item,
      operation: 'Backup',
      tasks: [SNAPSHOT, TRANSFER],
      properties: {
        'VM Name': item.machineName,
        ...(expiry !== undefined && { 'Recovery Point Expiry Time in UTC': toPropertyBagTime(expiry) }),
      },
      userTriggered: trigger.kind === 'onDemand',
    });
    if (isBusy) {
      job.stop(appError('UserErrorBackupOperationInProgress', {}));
      return job.record.id;
    }
    const running: Promise<void> = this.#deps.gate
      .run(job.signal, () => this.#run(job, vault, item, { trigger, expiry }))
      .catch((error: unknown) => this.#failed(job, item, error))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
    return job.record.id;
  }

  async #run(
    job: RunningJob,
    vault: VaultRecord,
    item: ItemRecord,
    { trigger, expiry }: { trigger: BackupTrigger; expiry?: number },
  ): Promise<void> {
    const { catalog, changes, compute, decimal, policies, provider, snapshots, stores } = this.#deps;
    job.phase('Prepare');
    job.task(SNAPSHOT, { status: 'InProgress' });
    if (trigger.kind === 'scheduled' && trigger.missedRuns > 0) {
      job.log('info', `Scheduled runs that were missed before this one: ${trigger.missedRuns}. This run catches up.`);
    }
    const machine = compute.findMachine(item.machineId);
    if (!machine) throw appError('JobResourceNotFound', {});
    const attached = compute.disksOf(machine);
    const whole = provided(machine, attached);
    const disks = whole.disks.filter(({ lun }) => isSelected(item.diskSelection, lun));
    const excludedDisks = whole.disks.filter((disk) => !disks.includes(disk));
    const { session, consistency, agentWarning } = await takeSnapshot(provider, { ...whole, disks });
    if (session.guestHook !== 'notRun') compute.noteGuestHook(machine.id);
    const included = attached.filter((_, i) => isSelected(item.diskSelection, whole.disks[i]?.lun));
    const secrets = await readDiskSecrets(included);
    const totalBytes = session.disks.reduce((sum, disk) => sum + disk.sizeBytes, 0);
    job.counters({ totalBytes });
    job.log('info', `Reading ${formatBytes(totalBytes)} of ${machine.name}; ${CONSISTENCY_WORDS[consistency]}.`);
    const store = await stores.open(vault);
    const name = decimal();
    const policyAtStart = policies.forMachines(policies.get(vault, item.policyName));
    const { policyType } = policyAtStart.properties;
    const snapshot = await snapshots.keep({ vault, item, policyType: policyType ?? 'V1' }, name, session);
    job.task(SNAPSHOT, { status: 'Completed' });
    /** The item's policy at the commit; one that was stopped meanwhile has none and keeps the one it had. */
    const policyNow = () => {
      const { policyName } = catalog.items.get(item.id) ?? item;
      return policyName === '' ? policyAtStart : policies.forMachines(policies.get(vault, policyName));
    };
    job.phase('Read and store');
    job.task(TRANSFER, { status: 'InProgress' });
    const work = store.backup({
      group: item.vmId,
      signal: job.signal,
      secrets,
      disks: session.disks.map((disk, i) => ({
        name: disk.name,
        sizeBytes: disk.sizeBytes,
        source: disk.source,
        description: { lun: disk.lun ?? null, path: disks[i]?.path ?? '' },
      })),
      onProgress: (progress) => {
        if (progress.phase === 'commit' && job.record.statistics.phase !== 'Commit') job.phase('Commit');
        this.#progress(job, totalBytes, progress);
      },
      describe: async () => {
        await session.assertUnchanged();
        const time = this.#deps.now();
        const policy = policyNow();
        const rule = policyFromWire(policy.properties);
        const tags = trigger.kind === 'scheduled' ? tagsForRun(rule, trigger.slot, time) : [];
        const subject: PointSubject = {
          point: name,
          job: job.record.id,
          vault: vault.id,
          item: item.id,
          vm: machine.id,
          machine: machineDescription(machine),
          replication: vault.replication,
          policy,
          slot: trigger.kind === 'scheduled' ? trigger.slot : null,
          tags,
          expiry: expiry ?? expiryOf(tags)?.expiry ?? null,
          hold: null,
          consistency,
          ...describeStorage(machine, included),
          encryption: describeEncryption(included),
          source: 'raw',
          ...(item.diskSelection && {
            excludedDisks: excludedDisks.map(({ name: disk, lun = 0 }) => ({ name: disk, lun })),
          }),
        };
        return { time, subject: asJson(subject) };
      },
    });
    const stored = await work.catch(async (error: unknown) => {
      await snapshots.drop(vault, name);
      throw error;
    });

    job.task(TRANSFER, { status: 'Completed', percent: 100 });
    job.property('Backup Size', `${Math.ceil(usedBytes(stored) / 1024 ** 2)} MB`);
    if (item.diskSelection) {
      job.property('Backed-up disk(s)', session.disks.map((disk) => disk.name).join('; '));
      job.property('Excluded disk(s)', excludedDisks.map((disk) => disk.name).join('; '));
    }
    job.log('info', summary(stored, session));
    const behind = this.#deps.replication.warningFor(vault);
    if (behind !== undefined) job.log('warning', behind);
    const record = {
      ...changes.current(pointRecord(stored)),
      ...(snapshot && { snapshotUntil: stored.time + instantRestoreMs(stored) }),
    };
    const current = catalog.items.get(item.id) ?? item;
    job.complete((final) =>
      catalog.transaction(() => {
        catalog.points.put(record);
        catalog.items.put({
          ...current,
          state: 'Protected',
          lastBackupStatus: 'Completed',
          lastBackupTime: job.record.startTime,
          lastError: undefined,
          agentWarning,
          lastFailure: undefined,
        });
        catalog.jobs.put(final);
      }),
    );
    this.#deps.replication.nudge(vault);
  }

  #progress(job: RunningJob, totalBytes: number, p: BackupCounters): void {
    const percent = totalBytes > 0 ? Math.min(99, (100 * p.readBytes) / totalBytes) : 0;
    job.counters({
      readBytes: p.readBytes,
      newBytes: p.newBytes,
      storedBytes: p.storedBytes,
      skippedBytes: p.zeroBytes + p.knownBytes,
    });
    job.task(TRANSFER, {
      percent: Math.floor(percent),
      detail: `${formatBytes(p.readBytes)} / ${formatBytes(totalBytes)} Transferred`,
    });
  }

  #failed(job: RunningJob, item: ItemRecord, error: unknown): void {
    job.stop(error);
    if (job.record.status !== 'Failed') return; // cancelled: the item's last result stays
    const current = this.#deps.catalog.items.get(item.id);
    if (!current) return;
    this.#deps.catalog.items.put({
      ...current,
      lastBackupStatus: 'Failed',
      lastBackupTime: job.record.startTime,
      lastError: job.record.errors[0]?.message,
      lastFailure: job.record.errors[0],
    });
  }
}

/** The catalog's row for a stored point; everything in it comes from the manifest, so it can be made again from that. */
export function pointRecord(stored: StoredPoint, subject = pointSubject.parse(stored.subject)): PointRecord {
  return {
    name: subject.point,
    vaultKey: idKey(subject.vault),
    itemKey: idKey(subject.item),
    time: stored.time,
    consistency: subject.consistency,
    osType: subject.machine.osType,
    machineSize: subject.machine.size,
    ruleName: expiryOf(subject.tags)?.ruleName,
    expiryTime: subject.expiry ?? undefined,
    tags: subject.tags,
    hold: subject.hold ?? undefined,
    policyType: subject.policy.properties.policyType ?? 'V1',
    manifestKey: stored.key,
    storageType: subject.storage && sourceStorageType(subject.storage.skus),
    managed: subject.storage?.managed,
    zones: subject.zones,
    encryption: subject.encryption,
    disks: stored.disks.map((disk) => ({
      name: disk.name,
      lun: lunOf(disk.description),
      sizeBytes: disk.sizeBytes,
      usedBytes: disk.nonZeroBytes,
    })),
    excludedDisks: subject.excludedDisks,
  };
}

/** How long the snapshot of a point is kept: the days of the policy that it was taken with (SPEC §2.8). */
function instantRestoreMs({ subject }: StoredPoint): number {
  return policyFromWire(pointSubject.parse(subject).policy.properties).instantRestoreDays * DAY_MS;
}

/** The subject as a manifest stores it: members without a value are left out. */
function asJson(subject: PointSubject): JsonValue {
  return jsonValue.parse(JSON.parse(JSON.stringify(subject)));
}

function lunOf(description: unknown): number | undefined {
  return typeof description === 'object' &&
    description !== null &&
    'lun' in description &&
    typeof description.lun === 'number'
    ? description.lun
    : undefined;
}

function machineDescription(machine: MachineRecord): PointSubject['machine'] {
  const { name, group, location, osType, size, tags, vmId } = machine;
  return { name, group, location, osType, size, tags, vmId };
}

function describeStorage(
  { declared }: MachineRecord,
  disks: readonly DiskRecord[],
): Pick<PointSubject, 'storage' | 'zones'> {
  const managed = disks.every((disk) => disk.vhdOf === undefined);
  return { storage: { managed, skus: disks.map(({ sku }) => sku) }, zones: declared?.resource.zones };
}

function usedBytes(stored: StoredPoint): number {
  return stored.disks.reduce((sum, disk) => sum + disk.nonZeroBytes, 0);
}

function summary(stored: StoredPoint, session: MachineSession): string {
  const { readBytes, newBytes, storedBytes } = stored.counters;
  const allocated = session.disks.reduce((sum, disk) => sum + disk.allocatedBytes, 0);
  return (
    `Read ${formatBytes(readBytes)} (${formatBytes(allocated)} allocated; a raw file has no change tracking, so all of it ` +
    `is read), new ${formatBytes(newBytes)}, stored ${formatBytes(storedBytes)}.`
  );
}
