/** What the answers of an api-version have that others have not, as recorded from Azure. */
export interface WireEra {
  /** `kpisHealths` of items. */
  readonly kpis: boolean;
  /** `isArchiveEnabled` of items, `recoveryPointMoveReadinessInfo` of points. */
  readonly archive: boolean;
  /** `vaultId` and `softDeleteRetentionPeriod` of items. */
  readonly vaultLink: boolean;
  /** `sourceSideScanning` of items, `threatStatus` of points. */
  readonly scanning: boolean;
  /** `containerName` of jobs. */
  readonly jobContainer: boolean;
  /** Actions of jobs by name, not by number. */
  readonly actionNames: boolean;
  /** Begin and end of a backup's tasks. */
  readonly taskTimes: boolean;
  /** `taskType` of tasks. */
  readonly taskType: boolean;
  /** An empty `dynamicErrorMessage` of restores at work. */
  readonly dynamicError: boolean;
  /** `Target VM Name` and `restoreLocationType` of restores. */
  readonly restoreNames: boolean;
  /** Tiers of points by name, not by number. */
  readonly tierNames: boolean;
  /** `securityType` and `isPrivateAccessEnabledOnAnyDisk` of points. */
  readonly security: boolean;
  /** The container of an item that came back from soft delete stays `SoftDeleted` until it is protected again. */
  readonly undeletedContainers: boolean;
  /** `createdWithPolicyType` and, for on-demand points, `recoveryPointProperties`. */
  readonly policyType: boolean;
  /** Enhanced policies in lists of policies. */
  readonly enhanced: boolean;
  /** Who started a job, and how far each task is. */
  readonly jobProgress: boolean;
}

const OLDEST: WireEra = {
  kpis: false,
  archive: false,
  vaultLink: false,
  scanning: false,
  jobContainer: false,
  actionNames: false,
  taskTimes: false,
  taskType: false,
  dynamicError: true,
  restoreNames: false,
  tierNames: false,
  security: false,
  undeletedContainers: false,
  policyType: false,
  enhanced: false,
  jobProgress: false,
};
const Y2019: WireEra = { ...OLDEST, kpis: true, jobContainer: true, dynamicError: false };
const Y2021: WireEra = { ...Y2019, archive: true, restoreNames: true };
const Y2022: WireEra = { ...Y2021, enhanced: true, vaultLink: true, tierNames: true, taskTimes: true };
const Y2023: WireEra = { ...Y2022, kpis: false, actionNames: true, security: true, undeletedContainers: true };
const Y2023_APRIL: WireEra = { ...Y2023, policyType: true };
const Y2024: WireEra = { ...Y2023_APRIL, scanning: true, taskType: true, dynamicError: true };
/** Not recorded: what the specification names. */
const NEWEST: WireEra = { ...Y2024, jobProgress: true };

/** First api-version of each era, oldest first. */
const ERAS: readonly (readonly [from: string, era: WireEra])[] = [
  ['', OLDEST],
  ['2019-05-13', Y2019],
  ['2021-01-01', Y2021],
  ['2021-11-15', Y2024], // asked for by clients of cross-region restore only, recorded in 2024
  ['2021-12-01', Y2022],
  ['2023-01-15', Y2023],
  ['2023-04-01', Y2023_APRIL],
  ['2024-01-01', Y2024],
  ['2024-04-02', NEWEST],
];

/** The era that an api-version (`YYYY-MM-DD`, perhaps with `-preview`) belongs to. */
export function wireEra(apiVersion: string): WireEra {
  return ERAS.findLast(([from]) => from <= apiVersion)?.[1] ?? OLDEST;
}
