import assert from 'node:assert/strict';
import { phaseRows } from '../../../src/domain/jobPhases';
import { HALF_DONE as job, JOB_START as START, HALF_COUNTERS as statistics } from '../../support/jobSamples';

const MINUTE = 60_000;

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
    const snapshot = { name: 'Take Snapshot', status: 'InProgress', durationMs: 5, progressPercent: 3, detail: 'x' };
    const tasks = [snapshot, { name: 'Transfer data to vault', status: 'NotStarted' }];
    assert.deepEqual(phaseRows({ ...job, tasks }, undefined, START), [
      { name: 'Take Snapshot', state: 'running', status: 'InProgress', durationMs: 5, percent: 3, detail: 'x' },
      {
        name: 'Transfer data to vault',
        state: 'waiting',
        status: 'NotStarted',
        durationMs: undefined,
        percent: undefined,
        detail: undefined,
      },
    ]);
  });
});
