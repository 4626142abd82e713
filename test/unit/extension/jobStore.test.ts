import { strict as assert } from 'node:assert';
import { EventEmitter, once } from 'node:events';
import { AppError } from '../../../src/domain/errors';
import type { FinishedJob } from '../../../src/extension/model/jobStore';
import { LOCAL_PACE, pollDelay } from '../../../src/extension/model/pollPace';
import { extensionWorld } from '../../support/extensionWorld';
import { settle } from '../../support/manualClock';

function world() {
  const all = extensionWorld();
  all.connection.addVault('home-vault');
  const finished: FinishedJob[] = [];
  all.stores.jobs.onDidFinish((end) => finished.push(end));
  const polls = () => all.connection.calls.filter((call) => call === 'jobs').length;
  return { ...all, jobs: all.stores.jobs, finished, polls };
}

describe('JobStore', () => {
  it('asks nothing while nobody looks', async () => {
    const { clock, connection } = world();
    await clock.advance(3600_000);
    assert.deepEqual(connection.calls, []);
  });

  it('polls while somebody looks, slowly when idle and fast while a job runs, and stops after', async () => {
    const { clock, connection, jobs, polls } = world();
    const watching = jobs.watch();
    await clock.advance(0);
    assert.equal(polls(), 1);
    await clock.advance(LOCAL_PACE.idleMs);
    assert.equal(polls(), 2);
    connection.addJob('web-01', { startTime: clock.now() });
    await clock.advance(LOCAL_PACE.idleMs);
    assert.equal(jobs.running.length, 1);
    await clock.advance(LOCAL_PACE.activeMs * 3);
    assert.equal(polls(), 6);
    watching.dispose();
    await clock.advance(3600_000);
    assert.equal(polls(), 6);
    assert.deepEqual(clock.waits, []);
  });

  it('follows a job of its own to the end, though nobody looks, then stops', async () => {
    const { clock, connection, jobs, finished } = world();
    const job = connection.addJob('web-01');
    jobs.track(job.id);
    await clock.advance(LOCAL_PACE.activeMs * 2);
    assert.equal(jobs.job(job.id)?.status, 'InProgress');
    connection.changeJob(job.id, { status: 'Completed' });
    await clock.advance(LOCAL_PACE.activeMs);
    assert.deepEqual(
      finished.map((end) => ({ status: end.job.status, mine: end.mine })),
      [{ status: 'Completed', mine: true }],
    );
    assert.deepEqual(clock.waits, []);
  });

  it('tells about the end of a job of somebody else only if it was seen running', async () => {
    const { clock, connection, jobs, finished } = world();
    connection.addJob('old', { status: 'Completed' });
    const job = connection.addJob('web-01');
    jobs.watch();
    await clock.advance(0);
    connection.changeJob(job.id, { status: 'Failed' });
    await clock.advance(LOCAL_PACE.activeMs);
    assert.deepEqual(
      finished.map((end) => ({ machine: end.job.machineName, mine: end.mine })),
      [{ machine: 'web-01', mine: false }],
    );
  });

  it('tells about the end of a job that began and ended between two readings', async () => {
    const { clock, connection, jobs, finished } = world();
    const old = { startTime: clock.now() - 7_200_000, endTime: clock.now() - 3_600_000 };
    connection.addJob('old', { status: 'Failed', ...old });
    jobs.watch();
    await clock.advance(0);
    const now = { startTime: clock.now() + 1000, endTime: clock.now() + 2000 };
    connection.addJob('web-01', { status: 'Failed', ...now });
    await clock.advance(LOCAL_PACE.idleMs * 3);
    assert.deepEqual(
      finished.map((end) => end.job.machineName),
      ['web-01'],
    );
  });

  it('follows the jobs of this computer while machines are backed up by schedule, though nobody looks', async () => {
    const { clock, connection, services, stores, finished, polls } = world();
    connection.addItem('web-01', connection.allVaults[0]?.id ?? '', { state: 'Protected' });
    await services.comeBack();
    await clock.advance(LOCAL_PACE.idleMs);
    assert.ok(polls() > 1, `${polls()} polls`);
    assert.equal(stores.vaults.items.length, 1);

    // The engine dies, and is started again by the next reading.
    connection.failing.set('jobs', new AppError('EngineUnreachable', 'The engine does not answer.'));
    await clock.advance(LOCAL_PACE.idleMs);
    assert.equal(stores.engine.state.kind, 'failed');
    connection.failing.clear();
    await clock.advance(60_000);
    const now = { startTime: clock.now() + 1000, endTime: clock.now() + 2000 };
    connection.addJob('web-01', { status: 'Failed', ...now });
    await clock.advance(LOCAL_PACE.idleMs);
    assert.deepEqual(
      finished.map((end) => end.job.status),
      ['Failed'],
    );
  });

  it('asks no more once no machine is backed up by schedule', async () => {
    const { clock, connection, services, stores } = world();
    connection.addItem('web-01', connection.allVaults[0]?.id ?? '', { state: 'Protected' });
    await services.comeBack();
    await clock.advance(LOCAL_PACE.idleMs);
    connection.allItems.length = 0;
    await stores.engine.readHealth();
    await clock.advance(LOCAL_PACE.idleMs);
    assert.deepEqual(clock.waits, []);
  });

  it('goes on with the other vaults when one refuses, and says so of that one alone', async () => {
    const { clock, connection, jobs } = world();
    const [healthy] = connection.allVaults;
    const refusing = connection.addVault('refusing-vault');
    const usual = connection.jobs.bind(connection);
    connection.jobs = async (vaultId, ...rest) => {
      if (vaultId === refusing.id) throw new AppError('AuthorizationFailed', 'No.');
      return usual(vaultId, ...rest);
    };
    const job = connection.addJob('web-01', { vaultId: healthy!.id });
    jobs.watchJob(job.id);
    await clock.advance(0);
    assert.equal(connection.calls.filter((call) => call === 'job').length, 1, connection.calls.join());
    assert.deepEqual(
      [jobs.failure?.code, jobs.failureAt(refusing.id)?.code],
      ['AuthorizationFailed', 'AuthorizationFailed'],
    );
    assert.equal(jobs.failureAt(job.id), undefined);
    // It is asked at the usual pace: the service does answer.
    connection.changeJob(job.id, { status: 'Completed' });
    await clock.advance(LOCAL_PACE.activeMs);
    assert.equal(jobs.job(job.id)?.status, 'Completed');
  });

  it('leaves a subscription of Azure alone while only a job of this computer runs', async () => {
    const { clock, connection, jobs, stores, azure } = world();
    azure.production.addVault('cloud-vault');
    await stores.azure.signIn();
    await clock.advance(3600_000);
    const before = azure.production.calls.length;
    jobs.track(connection.addJob('web-01').id);
    await clock.advance(3600_000);
    assert.deepEqual(azure.production.calls.slice(before), []);
  });

  it('knows no job of Azure any more once nobody is signed in', async () => {
    const { clock, jobs, stores, azure } = world();
    const vault = azure.production.addVault('cloud-vault');
    azure.production.addJob('db-01', { vaultId: vault.id });
    await stores.azure.signIn();
    const watching = jobs.watch();
    await clock.advance(0);
    assert.equal(jobs.running.length, 1);
    watching.dispose();
    await stores.azure.signOut();
    assert.deepEqual([jobs.jobs, jobs.running], [[], []]);
  });

  it('never asks again before the last answer is there', async () => {
    const { clock, connection, jobs, polls } = world();
    const gate = new EventEmitter();
    const usual = connection.jobs.bind(connection);
    connection.jobs = async (...args) => {
      await once(gate, 'open');
      return usual(...args);
    };
    jobs.watch();
    await clock.advance(0);
    void jobs.refresh();
    void jobs.refresh();
    await clock.advance(LOCAL_PACE.idleMs * 5);
    assert.equal(polls(), 0);
    gate.emit('open');
    await settle();
    assert.equal(polls(), 1);
  });

  it('keeps the last known jobs when the service does not answer, and backs off', async () => {
    const { clock, connection, jobs } = world();
    connection.addJob('web-01');
    jobs.watch();
    await clock.advance(0);
    connection.failing.set('jobs', new AppError('Throttled', 'Too many requests.'));
    await clock.advance(LOCAL_PACE.activeMs);
    assert.equal(jobs.failure?.message, 'Too many requests.');
    assert.equal(jobs.jobs.length, 1);
    const first = clock.waits[0] ?? 0;
    await clock.advance(first);
    assert.ok((clock.waits[0] ?? 0) > first);
    connection.failing.clear();
    await clock.advance(60_000);
    assert.equal(jobs.failure, undefined);
  });

  it('says of a watched job that is gone why it cannot be shown, and goes on', async () => {
    const { clock, jobs, connection } = world();
    const gone = `${connection.allVaults[0]?.id}/backupJobs/gone`;
    jobs.watchJob(gone);
    await clock.advance(0);
    assert.equal(jobs.jobFailure(gone)?.code, 'ResourceNotFound');
    assert.equal(jobs.failure, undefined);
  });

  it('reads details once for two who ask at the same time, and forgets a failure once they can be read', async () => {
    const { jobs, connection } = world();
    const job = connection.addJob('web-01');
    connection.failing.set('job', new AppError('TooManyRequests', 'Too many requests.'));
    await jobs.ensureDetails(job);
    assert.equal(jobs.jobFailure(job.id)?.code, 'TooManyRequests');
    connection.failing.clear();
    await jobs.readDetails(job.id);
    assert.equal(jobs.jobFailure(job.id), undefined);

    const other = connection.addJob('db-01');
    connection.calls.length = 0;
    await Promise.all([jobs.ensureDetails(other), jobs.ensureDetails(other)]);
    assert.equal(connection.calls.filter((call) => call === 'job').length, 1, connection.calls.join());
  });

  const paces: { failures: number; active: boolean; least: number; most: number }[] = [
    { failures: 0, active: true, least: 1_000, most: 1_000 },
    { failures: 0, active: false, least: 10_000, most: 10_000 },
    { failures: 1, active: true, least: 1_000, most: 2_000 },
    { failures: 3, active: false, least: 4_000, most: 8_000 },
    { failures: 30, active: false, least: 30_000, most: 60_000 },
  ];
  for (const { least, most, ...state } of paces) {
    it(`waits ${least} to ${most} ms after ${state.failures} failures, ${state.active ? 'active' : 'idle'}`, () => {
      assert.equal(
        pollDelay({ ...state, pace: LOCAL_PACE }, () => 0),
        least,
      );
      assert.equal(
        pollDelay({ ...state, pace: LOCAL_PACE }, () => 1),
        most,
      );
    });
  }
});
