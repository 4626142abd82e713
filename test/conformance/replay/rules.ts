/**
 * Where recorded answers differ among themselves: with the api-version, with the time, with what the service chose. Each
 * row says why. Everything that no row names is compared exactly, so a member that is missing, new or of another type is
 * a difference.
 */
interface Rule {
  /** Last word of the resource type that the member belongs to; `operation` for the state of an operation. */
  readonly kind: string;
  /** Path of the member below its resource; `[]` stands for any element. */
  readonly member: RegExp;
  /** First api-version that has the member: answers to older requests may have it all the same. */
  readonly since?: string;
  /** Last api-version that has the member: the engine speaks the newest shapes. */
  readonly until?: string;
  /** The member comes and goes without a request. */
  readonly comesAndGoes?: true;
  /** An empty object and no member say the same. */
  readonly emptyIsNone?: true;
  /** The value is the service's own choice, always or where it was this one in the recording; its type is compared. */
  readonly anyValue?: true | RegExp;
  readonly why: string;
}

const RULES: readonly Rule[] = [
  // vaults
  {
    kind: 'vaults',
    member: /^properties\.privateEndpointStateFor/,
    since: '2020-02-02',
    why: 'private endpoints came in 2020',
  },
  { kind: 'vaults', member: /^properties\.publicNetworkAccess$/, since: '2023-01-01', why: 'newer member' },
  { kind: 'vaults', member: /^properties\.restoreSettings$/, since: '2023-01-01', why: 'newer member' },
  { kind: 'vaults', member: /^properties\.monitoringSettings$/, since: '2022-04-01', why: 'newer member' },
  {
    kind: 'vaults',
    member:
      /^properties\.monitoringSettings\.(azureMonitorAlertSettings\.alertsForAll(Replication|Failover)Issues|classicAlertSettings\.emailNotificationsForSiteRecovery)$/,
    since: '2024-04-01',
    why: 'newer members',
  },
  {
    kind: 'vaults',
    member: /^properties\.secureScore$/,
    since: '2024-04-01',
    why: 'newer member, rolled out during 2023',
  },
  { kind: 'vaults', member: /^properties\.secureScore$/, comesAndGoes: true, why: 'rolled out during 2023' },
  { kind: 'vaults', member: /^properties\.bcdrSecurityLevel$/, since: '2024-04-01', why: 'newer member' },
  {
    kind: 'vaults',
    member: /^properties\.(backupStorageVersion|securitySettings|redundancySettings)$/,
    comesAndGoes: true,
    why: 'written by the backup service some time after the vault is there, and left out of some answers',
  },
  {
    kind: 'vaults',
    member: /^properties\.securitySettings\.softDeleteSettings\.enhancedSecurityState$/,
    since: '2024-04-01',
    why: 'newer member',
  },
  {
    kind: 'vaults',
    member: /^tags(\.|$)/,
    comesAndGoes: true,
    why: "the subscription's policies add tags of their own",
  },
  {
    kind: 'vaults',
    member: /^properties\.provisioningState$/,
    until: '2016-06-01',
    why: 'a new vault was ready in its first answer; the newest api-versions say Provisioning',
  },
  {
    kind: 'vaults',
    member: /^properties\.redundancySettings\.standardTierStorageRedundancy$/,
    anyValue: /^Invalid$/,
    why: 'not known yet in the first seconds of a vault',
  },
  {
    kind: 'vaults',
    member: /^properties\.encryption$/,
    until: '2022-04-01',
    why: 'null where there is none, in 2022 only',
  },
  { kind: 'operation', member: /^percentComplete$/, until: '2022-04-01', why: 'in 2022 only' },
  {
    kind: 'error',
    member: /^error\.additionalInfo$/,
    comesAndGoes: true,
    why: "the engine says there what to do next; it is ARM's member for what a service wants to add to an error",
  },
  {
    kind: 'vaults',
    member: /^sku\.tier$/,
    comesAndGoes: true,
    why: 'in documented examples; no recorded answer has it',
  },
  // checks and machines to protect
  {
    kind: 'backupStatus',
    member: /^error(Code|Message)$/,
    comesAndGoes: true,
    why: 'in a documented example, with success; no recorded answer has them',
  },
  {
    kind: 'protectableItems',
    member: /^properties\.workloadType$/,
    comesAndGoes: true,
    why: 'in documented examples; no recorded answer has it',
  },
  // items
  { kind: 'protectedItems', member: /^properties\.sourceSideScanning$/, since: '2024-04-01', why: 'newer member' },
  {
    kind: 'protectedItems',
    member: /^properties\.(vaultId|softDeleteRetentionPeriod)$/,
    since: '2021-11-15',
    why: 'newer members',
  },
  { kind: 'protectedItems', member: /^properties\.isArchiveEnabled$/, since: '2021-01-01', why: 'newer member' },
  {
    kind: 'protectedItems',
    member: /^properties\.kpisHealths/,
    until: '2022-12-31',
    why: 'left out of lists since 2023',
  },
  {
    kind: 'protectedItems',
    member: /^properties\.kpisHealths$/,
    emptyIsNone: true,
    why: 'without an indicator to tell, both are recorded under the same api-version',
  },
  {
    kind: 'protectedItems',
    member: /^properties\.ConfiguredRPGenerationFrequency$/,
    until: '2022-12-31',
    why: 'only in previews of 2022',
  },
  // recovery points
  { kind: 'recoveryPoints', member: /^properties\.threatStatus$/, since: '2024-04-01', why: 'newer member' },
  { kind: 'recoveryPoints', member: /^properties\.createdWithPolicyType$/, since: '2023-04-01', why: 'newer member' },
  {
    kind: 'recoveryPoints',
    member: /^properties\.(securityType|isPrivateAccessEnabledOnAnyDisk)$/,
    since: '2023-02-01',
    why: 'newer members',
  },
  {
    kind: 'recoveryPoints',
    member: /^properties\.recoveryPointMoveReadinessInfo$/,
    since: '2021-01-01',
    why: 'newer member',
  },
  {
    kind: 'recoveryPoints',
    member: /^properties\.recoveryPointTierDetails\[\]\.(type|status)$/,
    until: '2022-03-31',
    why: 'numbers until 2021, words since',
  },
  {
    kind: 'recoveryPoints',
    member: /^properties\.recoveryPointProperties$/,
    comesAndGoes: true,
    why: 'in some answers of the same api-version and day, not in others',
  },
  {
    kind: 'recoveryPoints',
    member: /^properties\.recoveryPointMoveReadinessInfo\.ArchivedRP\.additionalInfo$/,
    comesAndGoes: true,
    anyValue: true,
    why: 'a sentence about how far the service is with finding out',
  },
  {
    kind: 'recoveryPoints',
    member: /^properties\.recoveryPointAdditionalInfo$/,
    comesAndGoes: true,
    why: 'left out of the answers of a secondary region',
  },
  // the second region
  {
    kind: 'backupAadProperties',
    member: /^properties\.audience$/,
    anyValue: true,
    why: 'names the service in its own short words for regions',
  },
  {
    kind: 'accessToken',
    member:
      /^properties\.(accessTokenString|tokenExtendedInformation|bMSActiveRegion|(coordinator|protection)ServiceStampUri)$/,
    anyValue: true,
    why: 'opaque for clients, who hand it on: the token, a description, and the addresses of parts of the service',
  },
  // jobs
  { kind: 'backupJobs', member: /^properties\.containerName$/, since: '2018-01-10', why: 'newer member' },
  {
    kind: 'backupJobs',
    member: /^properties\.extendedInfo\.tasksList\[\]\.taskType$/,
    since: '2024-04-01',
    why: 'newer member',
  },
  {
    kind: 'backupJobs',
    member: /^properties\.extendedInfo\.tasksList\[\]\.(startTime|endTime)$/,
    since: '2022-06-01-preview',
    why: 'newer members',
  },
  {
    kind: 'backupJobs',
    member: /^properties\.actionsInfo\[\]$/,
    until: '2022-12-31',
    why: 'numbers until 2022, words since',
  },
  {
    kind: 'backupJobs',
    member:
      /^properties\.extendedInfo\.(tasksList\[\]\.taskExecutionDetails|estimatedRemainingDuration|progressPercentage)$/,
    comesAndGoes: true,
    why: 'progress is told once there is some',
  },
  {
    kind: 'backupJobs',
    member: /^properties\.extendedInfo\.internalPropertyBag\.AdHoc$/,
    comesAndGoes: true,
    why: 'in one answer about an ended job, not in the next one about the same job',
  },
  {
    kind: 'backupJobs',
    member: /^properties\.extendedInfo\.propertyBag\.(Config|Template) Blob (Name|Container Name|Uri)$/,
    anyValue: true,
    why: 'names that the service makes up for what it writes beside restored disks',
  },
  {
    kind: 'backupJobs',
    member: /^properties\.extendedInfo\.propertyBag\.Restored file\(s\)$/,
    comesAndGoes: true,
    why: "the engine's own word: restored disks are files of this computer",
  },
  // policies
  { kind: 'backupPolicies', member: /^properties\.instantRPDetails$/, since: '2019-06-15', why: 'newer member' },
  // vault configuration
  {
    kind: 'backupconfig',
    member: /^properties\.softDeleteRetentionPeriodInDays$/,
    since: '2022-06-01',
    why: 'newer member',
  },
  {
    kind: 'backupconfig',
    member: /^properties\.(storageModelType|storageType|storageTypeState)$/,
    until: '2022-03-31',
    why: 'moved to the storage configuration',
  },
  {
    kind: 'backupstorageconfig',
    member: /^properties\.crossRegionRestoreFlag$/,
    since: '2018-12-20',
    why: 'newer member',
  },
  // machines
  {
    kind: 'virtualMachines',
    member: /^properties\.instanceView\.(computerName|osName|osVersion|maintenanceRedeployStatus)$/,
    comesAndGoes: true,
    why: 'told by the agent in the machine, once it runs',
  },
  {
    kind: 'virtualMachines',
    member: /^properties\.instanceView\.vmAgent\.statuses\[\]\.message$/,
    anyValue: true,
    why: 'a sentence for people, which changes with the version of the agent',
  },
  {
    kind: 'virtualMachines',
    member: /^properties\.instanceView\.statuses\[\]\.(code|displayStatus)$/,
    anyValue: /osProvisioningInProgress|OS provisioning in progress/,
    why: 'a machine that was still being installed while it was looked at',
  },
  { kind: 'virtualMachines', member: /^properties\.timeCreated$/, since: '2021-11-01', why: 'newer member' },
];

/** What the comparison asks about one member. */
export interface Leniency {
  readonly mayBeMissing: boolean;
  readonly mayBeExtra: boolean;
  /** May be extra as an empty object. */
  readonly mayBeEmpty: boolean;
  readonly anyValue: boolean;
  /** The type changed with the api-version. */
  readonly anyType: boolean;
}

const STRICT: Leniency = { mayBeMissing: false, mayBeExtra: false, mayBeEmpty: false, anyValue: false, anyType: false };

/** @param recorded the member's value in the recording */
export function leniency(kind: string, member: string, apiVersion: string, recorded?: unknown): Leniency {
  return RULES.filter((rule) => rule.kind === kind && rule.member.test(member)).reduce((found, rule) => {
    const old = rule.until !== undefined && apiVersion <= rule.until;
    return {
      mayBeMissing: found.mayBeMissing || old || rule.comesAndGoes === true,
      mayBeExtra:
        found.mayBeExtra || rule.comesAndGoes === true || (rule.since !== undefined && apiVersion < rule.since),
      mayBeEmpty: found.mayBeEmpty || rule.emptyIsNone === true,
      anyValue: found.anyValue || old || rule.anyValue === true || (rule.anyValue?.test(String(recorded)) ?? false),
      anyType: found.anyType || old,
    };
  }, STRICT);
}
