/** What a person may choose of how the engine works. It is kept in the data folder and holds over restarts. */
export interface EngineSettings {
  /** Backups and restores that run at once; the others wait in order. */
  readonly maxParallelJobs: number;
  /** Whether a run that was missed (the computer slept, no engine ran, schedules were paused) is made up for, once. */
  readonly runMissedSchedules: boolean;
  /** The most data of disks that backups read and restores write together, in MB (1024 × 1024 bytes) a second; 0 for no limit. */
  readonly bandwidthLimitMBps: number;
  /** Absolute folders in which discovery looks for disk images. */
  readonly machineFolders: readonly string[];
}

/** The most backups and restores that may run at once. */
export const MOST_PARALLEL_JOBS = 8;

/** The highest limit of bandwidth, in MB a second. */
export const MOST_BANDWIDTH_MBPS = 100_000;

/** What holds until somebody chooses. */
export const DEFAULT_ENGINE_SETTINGS: EngineSettings = {
  maxParallelJobs: 2,
  runMissedSchedules: true,
  bandwidthLimitMBps: 0,
  machineFolders: [],
};
