import assert from 'node:assert/strict';
import type { JobStatistics } from '../../../src/domain/views';
import { jobStrings } from '../../../src/messages/jobStrings';
import { counters } from '../../../webview/job/counters';
import {
  announcement,
  averageRate,
  elapsedMs,
  failureCauses,
  filteredLog,
  rates,
  remainingMs,
  roundedRemaining,
  spokenFacts,
} from '../../../webview/job/jobModel';
import { Texts } from '../../../webview/ui/texts';
import { HALF_DONE as job, JOB_START as START, HALF_COUNTERS as statistics } from '../../support/jobSamples';

const MINUTE = 60_000;

const samplesEvery = (ms: number, bytes: readonly number[]) =>
  bytes.map((total, index) => ({ time: START + index * ms, bytes: total }));

const at = (progressPercent: number, status = 'InProgress', phase: JobStatistics['phase'] = 'Prepare') =>
  spokenFacts({ ...job, progressPercent, status }, { ...statistics, phase });

describe('the speed of a job', () => {
  it('is not known below two samples', () => {
    assert.equal(averageRate([]), undefined);
    assert.equal(averageRate(samplesEvery(1000, [5])), undefined);
  });

  it('is the average of the last ten seconds', () => {
    const slowThenFast = [
      ...Array.from({ length: 20 }, (_, index) => index),
      ...Array.from({ length: 10 }, (_, index) => 119 + index * 100),
    ];
    assert.equal(averageRate(samplesEvery(1000, slowThenFast)), 100);
  });

  it('takes the younger end of a long pause between samples, and everything there is at the start', () => {
    assert.equal(averageRate(samplesEvery(30_000, [0, 0, 300])), 10);
    assert.equal(averageRate(samplesEvery(1000, [0, 7, 8])), 4);
  });

  it('is a rate for each pair of samples, never below zero', () => {
    assert.deepEqual(rates(samplesEvery(2000, [0, 10, 6])), [
      { time: START + 2000, bytesPerSecond: 5 },
      { time: START + 4000, bytesPerSecond: 0 },
    ]);
  });
});

describe('the times of a job', () => {
  it('elapse while it runs and stand when it has ended', () => {
    assert.equal(elapsedMs(job, START + 7000), 7000);
    assert.equal(elapsedMs({ ...job, status: 'Completed', endTime: START + 3000 }, START + 7000), 3000);
    assert.equal(elapsedMs({ ...job, status: 'Failed', durationMs: 4000 }, START + 7000), 4000);
  });

  it('remaining: not before 5 %, not before 10 seconds of work, not when it is over', () => {
    const late = START + 5 * MINUTE;
    assert.equal(remainingMs({ ...job, progressPercent: 4.9 }, undefined, late), undefined);
    assert.equal(remainingMs({ ...job, progressPercent: undefined }, undefined, late), undefined);
    assert.equal(remainingMs(job, undefined, START + 9999), undefined);
    assert.equal(remainingMs({ ...job, status: 'Completed' }, undefined, late), undefined);
    assert.equal(remainingMs({ ...job, progressPercent: 5 }, undefined, START + 10_000), 190_000);
  });

  it('remaining: counted from when the work began, not from the queue', () => {
    assert.equal(remainingMs(job, statistics, START + 14_999), undefined);
    assert.equal(remainingMs(job, statistics, START + 65_000), 60_000);
  });

  it('remaining: in minutes, then in hours', () => {
    assert.deepEqual(roundedRemaining(20_000), { unit: 'soon' });
    assert.deepEqual(roundedRemaining(50_000), { unit: 'min', count: 1 });
    assert.deepEqual(roundedRemaining(2.4 * MINUTE), { unit: 'min', count: 2 });
    assert.deepEqual(roundedRemaining(150 * MINUTE), { unit: 'hours', count: 3 });
  });
});

describe('the words of a job', () => {
  const texts = new Texts<keyof typeof jobStrings>(jobStrings);
  const snapshot = { job, statistics, vaultName: 'v', now: START, connection: { state: 'live' } } as const;

  it('count bytes and times', () => {
    assert.deepEqual(counters(snapshot, START + 65_000, texts), [
      ['Read', '2 KB of 4 KB'],
      ['New', '1 KB'],
      ['Stored', '512 B'],
      ['Zero or already stored', '1 KB'],
      ['Elapsed', '1 min 5 s'],
      ['Remaining', 'about 1 min'],
    ]);
  });

  it('leave out what an ended job of the service does not have', () => {
    const ended = { ...snapshot, statistics: undefined, job: { ...job, status: 'Completed', endTime: START + 200 } };
    assert.deepEqual(counters(ended, START, texts), [['Elapsed', 'less than 1 s']]);
  });

  it('say every cause of a failure with all that can be done', () => {
    const error = { code: 1, title: 'T', message: 'No space is left.', recommendations: ['Free 3 GB.', 'Or wait.'] };
    const other = { code: '', title: 'LocalImageGone', message: '', recommendations: [''] };
    assert.deepEqual(failureCauses([error, other]), [
      { cause: 'No space is left.', advice: ['Free 3 GB.', 'Or wait.'], code: 1 },
      { cause: 'LocalImageGone', advice: [], code: 'LocalImageGone' },
    ]);
    assert.deepEqual(failureCauses([]), []);
    assert.deepEqual(failureCauses([{ ...other, title: '' }]), []);
  });

  it('keep the log entries of a level and of graver ones', () => {
    const log = (['info', 'warning', 'error'] as const).map((level) => ({ time: 1, level, text: level }));
    assert.equal(filteredLog(log, 'all').length, 3);
    assert.equal(filteredLog(log, 'warning').length, 2);
    assert.deepEqual(filteredLog(log, 'error'), log.slice(2));
  });

  it('are spoken at a new status, a new phase and a new quarter only', () => {
    assert.equal(announcement(undefined, at(80)), undefined);
    assert.equal(announcement(at(26), at(49)), undefined);
    assert.equal(announcement(at(24), at(51)), 'quarter');
    assert.equal(announcement(at(51), at(24)), undefined);
    assert.equal(announcement(at(24), at(51, 'InProgress', 'Commit')), 'phase');
    assert.equal(announcement(at(99), at(100, 'Completed', 'Done')), 'status');
  });
});
