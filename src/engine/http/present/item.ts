import { type ErrorCode, errorEntry } from '../../../domain/errorCatalogue';
import { healthStatus, protectionStatus } from '../../../domain/protectionRules';
import { machineKind } from '../../../protocol/ids';
import { NEVER_BACKED_UP, toTimeSpan, toWireTime } from '../../../protocol/time';
import type { ItemRecord, JobErrorRecord, VaultRecord } from '../../catalog/records';
import type { WireEra } from './wireEra';

const DAY_MS = 86_400_000;

export interface ItemFacts {
  readonly machineFound: boolean;
  readonly points: { readonly count: number; readonly oldest?: number };
  readonly newestPoint?: number;
  /** Points that do not follow a changed policy yet (SPEC §4). */
  readonly policyInconsistent: boolean;
  /** `extendedInfo` is only in answers that were asked for it (SPEC §1.7). */
  readonly extended: boolean;
  readonly origin: string;
  readonly era: WireEra;
  /** ms UTC. */
  readonly now: number;
}

/** A protected item as the wire shows it (SPEC §1.7). */
export function presentItem(vault: VaultRecord, item: ItemRecord, facts: ItemFacts) {
  const { era } = facts;
  const health = {
    machineFound: facts.machineFound,
    lastBackupStatus: item.lastBackupStatus === '' ? ('None' as const) : item.lastBackupStatus,
    warning: item.agentWarning !== undefined,
  };
  const details = healthDetails(item, facts.machineFound);
  return {
    id: item.id,
    name: item.itemName,
    type: 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems',
    properties: {
      friendlyName: item.machineName,
      virtualMachineId: item.machineId,
      protectionStatus: protectionStatus(health),
      protectionState: item.state,
      healthStatus: healthStatus(health),
      ...(details && { healthDetails: details }),
      ...(era.kpis && { kpisHealths: kpis(item, facts.machineFound) }),
      lastBackupStatus: item.lastBackupStatus,
      lastBackupTime: item.lastBackupTime === undefined ? NEVER_BACKED_UP : toWireTime(item.lastBackupTime),
      protectedItemDataId: item.dataId,
      ...(facts.extended && { extendedInfo: extendedInfo(facts) }),
      ...(item.diskSelection && { extendedProperties: diskExclusion(item.diskSelection) }),
      ...(era.scanning && { sourceSideScanning: 0 }),
      protectedItemType: machineKind(item.containerName).type,
      backupManagementType: 'AzureIaasVM',
      workloadType: 'VM',
      containerName: item.containerName.replace(/^IaasVMContainer;/i, ''),
      sourceResourceId: item.machineId,
      policyId: item.policyName === '' ? '' : `${vault.id}/backupPolicies/${item.policyName}`,
      policyName: item.policyName,
      ...(facts.newestPoint !== undefined && { lastRecoveryPoint: toWireTime(facts.newestPoint) }),
      ...(era.vaultLink && { vaultId: `${facts.origin}${vault.id}` }),
      ...(item.softDelete && softDelete(item.softDelete, facts.now)),
      ...(era.archive && { isArchiveEnabled: false }),
      ...(era.vaultLink && { softDeleteRetentionPeriod: item.softDelete ? daysOf(item.softDelete) : 0 }),
    },
  };
}

function diskExclusion({ luns, include }: NonNullable<ItemRecord['diskSelection']>) {
  return { diskExclusionProperties: { diskLunList: luns, isInclusionList: include } };
}

/** The moment of the deletion, and what is left of the days from then on (SPEC §0). */
function softDelete({ at, purgeAt }: NonNullable<ItemRecord['softDelete']>, now: number) {
  return {
    deferredDeleteTimeInUTC: toWireTime(at),
    isScheduledForDeferredDelete: true,
    deferredDeleteTimeRemaining: toTimeSpan(Math.max(0, purgeAt - now)),
  };
}

function daysOf({ at, purgeAt }: NonNullable<ItemRecord['softDelete']>): number {
  return Math.round((purgeAt - at) / DAY_MS);
}

/** Absent until a backup has ended or the machine is gone (SPEC §2.22, §9.2). */
function healthDetails(item: ItemRecord, machineFound: boolean) {
  if (!machineFound) return [catalogueDetail('UserErrorVmNotFoundV2')];
  if (item.lastBackupStatus === '') return undefined;
  if (item.lastBackupStatus === 'Failed' && item.lastFailure) return [presentDetail(item.lastFailure)];
  if (item.agentWarning) return [catalogueDetail(item.agentWarning)];
  return [
    {
      code: 400239,
      title: 'IaasVmHealthGreenDefault',
      message: 'Backup pre-check status of this virtual machine is OK.',
      recommendations: [],
    },
  ];
}

const SUCCESS = { code: 0, title: 'Success', message: '', recommendations: [] };
const CANCELLED = {
  code: 400158,
  title: 'UserErrorJobSuccessfullyCancelled',
  message: 'Job is cancelled.',
  recommendations: [],
};

function kpis(item: ItemRecord, machineFound: boolean) {
  const { lastBackupStatus, lastFailure, lastRestore } = item;
  const backup = !machineFound && lastBackupStatus !== '' ? goneMachine() : backupKpi(lastBackupStatus, lastFailure);
  return {
    ...(backup && { BackupOperationStatusKPI: backup }),
    ...(lastRestore && { RestoreOperationStatusKPI: restoreKpi(lastRestore) }),
  };
}

function goneMachine() {
  return kpi('TransientDegraded', catalogueDetail('JobResourceNotFound'));
}

function backupKpi(status: ItemRecord['lastBackupStatus'], failure: JobErrorRecord | undefined) {
  if (status === '') return undefined;
  return status === 'Failed' && failure ? kpi('TransientDegraded', presentDetail(failure)) : kpi('Healthy', SUCCESS);
}

function restoreKpi({ status, failure }: NonNullable<ItemRecord['lastRestore']>) {
  if (status === 'Completed') return kpi('Healthy', SUCCESS);
  return kpi('TransientDegraded', failure ? presentDetail(failure) : CANCELLED);
}

interface Detail {
  readonly code: number;
  readonly title: string;
  readonly message: string;
  readonly recommendations: readonly string[];
}

function kpi(resourceHealthStatus: 'Healthy' | 'TransientDegraded', detail: Detail) {
  return { resourceHealthStatus, resourceHealthDetails: [detail] };
}

function presentDetail({ code, title, message, recommendations }: JobErrorRecord): Detail {
  return { code, title, message, recommendations };
}

function catalogueDetail(code: ErrorCode): Detail {
  const { jobErrorCode = 0, title, message, recommendation } = errorEntry(code);
  return { code: jobErrorCode, title, message, recommendations: [recommendation] };
}

function extendedInfo({ points, policyInconsistent }: ItemFacts) {
  const oldest = points.oldest === undefined ? undefined : toWireTime(points.oldest);
  return {
    ...(oldest !== undefined && { oldestRecoveryPoint: oldest, oldestRecoveryPointInVault: oldest }),
    recoveryPointCount: points.count,
    policyInconsistent,
  };
}
