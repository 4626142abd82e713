import type { Job, JobStatistics } from '../../src/domain/views';

/** The counters of a job that did nothing. */
export const NO_COUNTERS: JobStatistics = {
  phase: 'Done',
  phases: [],
  totalBytes: 0,
  readBytes: 0,
  newBytes: 0,
  storedBytes: 0,
  skippedBytes: 0,
  samples: [],
  log: [],
  files: [],
};

/** When {@link HALF_DONE} began (ms UTC). */
export const JOB_START = 1_000_000;

/** A backup that is half done. */
export const HALF_DONE: Job = {
  id: 'j',
  name: 'j',
  vaultId: 'v',
  operation: 'Backup',
  status: 'InProgress',
  machineName: 'web-01',
  startTime: JOB_START,
  durationMs: 0,
  cancellable: true,
  progressPercent: 50,
  tasks: [],
  properties: {},
  errors: [],
};

/** The counters of {@link HALF_DONE}: it was queued for five seconds. */
export const HALF_COUNTERS: JobStatistics = {
  ...NO_COUNTERS,
  phase: 'Read and store',
  phases: [
    { phase: 'Queued', startTime: JOB_START, endTime: JOB_START + 5000 },
    { phase: 'Read and store', startTime: JOB_START + 5000 },
  ],
  totalBytes: 4096,
  readBytes: 2048,
  newBytes: 1024,
  storedBytes: 512,
  skippedBytes: 1024,
};
