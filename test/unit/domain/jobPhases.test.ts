import assert from 'node:assert/strict';
import { phaseRows } from '../../../src/domain/jobPhases';
import type { Job, JobStatistics } from '../../../src/domain/views';

const START = 1_000_000;
const MINUTE = 60_000;

const job: Job = {
  id: 'j',
  name: 'j',
  vaultId: 'v',
  operation: 'Backup',
  status: 'InProgress',
  machineName: 'web-01',
  startTime: START,
  durationMs: 0,
  cancellable: true,
  progressPercent: 50,
  tasks: [],
  properties: {},
  errors: [],
};

const statistics: JobStatistics = {
  phase: 'Read and store',
  phases: [
    { phase: 'Queued', startTime: START, endTime: START + 5000 },
    { phase: 'Read and store', startTime: START + 5000 },
  ],
  totalBytes: 4096,
  readBytes: 2048,
  newBytes: 1024,
  storedBytes: 512,
  skippedBytes: 1024,
  samples: [],
  log: [],
  files: [],
};

describe('the phases of a job', () => {
  it('tick while they run', () => {
    assert.deepEqual(phaseRows(job, statistics, START + 8000), [
      { name: 'Queued', state: 'done', durationMs: 5000 },
      { name: 'Read and store', state: 'running', durationMs: 3000 },
    ]);
  });

  it('show where a failed job stopped, and no phase for being done', () => {
    const failed = { ...job, status: 'Failed', endTime: START + 6000 };
    assert.deepEqual(phaseRows(failed, statistics, START + MINUTE).at(-1), {
      name: 'Read and store',
      state: 'stopped',
      durationMs: 1000,
    });
    const done = { ...statistics, phases: [...statistics.phases, { phase: 'Done', startTime: START + 6000 } as const] };
    assert.equal(phaseRows({ ...job, status: 'Completed', endTime: START + 6000 }, done, START).length, 2);
  });

  it('are the tasks of the service where there are no counters', () => {
    const tasks = [{ name: 'Take Snapshot', status: 'InProgress', durationMs: 5, progressPercent: 3, detail: 'x' }];
    assert.deepEqual(phaseRows({ ...job, tasks }, undefined, START), [
      { name: 'Take Snapshot', state: 'running', status: 'InProgress', durationMs: 5, percent: 3, detail: 'x' },
    ]);
  });
});
