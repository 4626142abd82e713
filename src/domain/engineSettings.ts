/** What a person may choose of how the engine works. It is kept in the data folder and holds over restarts. */
export interface EngineSettings {
  /** Backups and restores that run at once; the others wait in order. */
  readonly maxParallelJobs: number;
  /** Whether a run that was missed (the computer slept, no engine ran, schedules were paused) is made up for, once. */
  readonly runMissedSchedules: boolean;
  /** Absolute folders in which discovery looks for disk images. */
  readonly machineFolders: readonly string[];
}

/** The most backups and restores that may run at once. */
export const MOST_PARALLEL_JOBS = 8;

/** What holds until somebody chooses. */
export const DEFAULT_ENGINE_SETTINGS: EngineSettings = {
  maxParallelJobs: 2,
  runMissedSchedules: true,
  machineFolders: [],
};
