import { strict as assert } from 'node:assert';
import type { Job, JobStatistics, ProtectedItem } from '../../../src/domain/views';
import { alertsOf } from '../../../src/extension/model/alerts';
import { momentText } from '../../../src/extension/model/format';
import { jobProgress } from '../../../src/extension/model/jobProgress';
import { jobRow } from '../../../src/extension/model/jobView';
import { type MachineFacts, machineState, needsAttention } from '../../../src/extension/model/machineFacts';
import { machineRow, machineSentence } from '../../../src/extension/model/machineView';
import { statusView } from '../../../src/extension/model/statusView';
import type { VaultBranch, VaultCopy } from '../../../src/extension/model/vaultStore';
import { FakeConnection, machine } from '../../support/fakeConnection';
import { NOON } from '../../support/manualClock';

const HOUR = 3600_000;
const connection = new FakeConnection();
const vault = connection.addVault('home-vault');
const [policy] = connection.allPolicies;
const options = { key: 'local:test', now: NOON };

function facts(item: Partial<ProtectedItem> | undefined, changes: Partial<MachineFacts> = {}): MachineFacts {
  const web = machine('web-01');
  return {
    machineId: web.id,
    name: web.name,
    provider: 'local',
    machine: web,
    ...(item ? { item: connection.addItem('web-01', vault.id, item), vault, policy } : {}),
    ...changes,
  };
}

function running(changes: Partial<Job> = {}, statistics?: JobStatistics) {
  return { job: connection.addJob('web-01', { startTime: NOON - 60_000, ...changes }), statistics };
}

const counters: JobStatistics = {
  phase: 'Read and store',
  phases: [],
  totalBytes: 1000,
  readBytes: 410,
  newBytes: 100,
  storedBytes: 50,
  skippedBytes: 310,
  samples: [
    { time: NOON - 30_000, bytes: 0 },
    { time: NOON - 4_000, bytes: 10 },
    { time: NOON, bytes: 410 },
  ],
  log: [],
  files: [],
};

describe('machine rows', () => {
  const good = { state: 'Protected', lastBackupStatus: 'Completed', lastRecoveryPointTime: NOON - 2 * HOUR } as const;
  const failedJob = connection.addJob('web-01', {
    status: 'Failed',
    errors: [{ code: 1, title: 'VM agent not ready', message: '', recommendations: [] }],
  });
  const table: {
    name: string;
    facts: MachineFacts;
    state: string;
    description: RegExp;
    icon: string;
    can: string[];
  }[] = [
    {
      name: 'not protected',
      facts: facts(undefined),
      state: 'notProtected',
      description: /^not protected · 64 MB$/,
      icon: 'vm-outline',
      can: ['can.protect', 'can.explain', 'can.remove'],
    },
    {
      name: 'cannot be protected',
      facts: facts(undefined, { obstacle: 'it has no disk' }),
      state: 'cannotProtect',
      description: /^cannot be protected · it has no disk$/,
      icon: 'circle-slash',
      can: ['can.explain', 'can.remove'],
    },
    {
      name: 'initial backup pending',
      facts: facts({}),
      state: 'pending',
      description: /^Warning \(Initial backup pending\) · next /,
      icon: 'vm-pending',
      can: ['can.backup', 'can.stop', 'can.assign'],
    },
    {
      name: 'protected',
      facts: facts(good, { pointCount: 14 }),
      state: 'protected',
      description: /^2 h ago · 14 points · not proven$/,
      icon: 'vm-active',
      can: ['can.backup', 'can.restore', 'can.stop', 'can.assign'],
    },
    {
      name: 'last backup failed',
      facts: facts({ ...good, lastBackupStatus: 'Failed', lastBackupTime: NOON }, { failedBackup: failedJob }),
      state: 'failed',
      description: new RegExp(`^failed ${momentText(NOON, NOON)} · VM agent not ready$`),
      icon: 'error',
      can: ['can.backup', 'can.restore', 'can.stop', 'can.assign'],
    },
    {
      name: 'overdue',
      facts: facts(
        { ...good, lastRecoveryPointTime: NOON - 72 * HOUR },
        { targetMs: 24 * HOUR, overdueMs: 48 * HOUR, pointCount: 14 },
      ),
      state: 'overdue',
      description: /^overdue 2 d · last point 3 d ago$/,
      icon: 'warning',
      can: ['can.backup', 'can.restore', 'can.stop', 'can.assign'],
    },
    {
      name: 'backups suspended',
      facts: facts({ ...good, state: 'BackupsSuspended' }, { pointCount: 14 }),
      state: 'suspended',
      description: /^backups suspended · 14 points · points go on to expire$/,
      icon: 'debug-pause',
      can: ['can.restore', 'can.resume', 'can.delete'],
    },
    {
      name: 'soft-deleted',
      facts: facts(
        { ...good, state: 'ProtectionStopped', softDeleted: { remainingMs: 313 * HOUR } },
        { goneAt: NOON + 313 * HOUR },
      ),
      state: 'softDeleted',
      description: /^soft-deleted · gone in 13 d$/,
      icon: 'trash',
      can: ['can.undelete'],
    },
    {
      name: 'backing up',
      facts: facts(good, { running: running({}, counters) }),
      state: 'busy',
      description: /^backing up · 41% · .*B\/s · about 1 min left$/,
      icon: 'sync~spin',
      can: [],
    },
    {
      name: 'stopped',
      facts: facts({ ...good, state: 'ProtectionStopped' }, { pointCount: 1 }),
      state: 'stopped',
      description: /^stopped · 1 point kept forever$/,
      icon: 'debug-pause',
      can: ['can.restore', 'can.resume', 'can.delete'],
    },
  ];
  for (const row of table) {
    it(row.name, () => {
      const shown = machineRow(row.facts, options);
      assert.equal(machineState(row.facts), row.state);
      assert.match(shown.description ?? '', row.description);
      assert.equal(shown.icon?.name, row.icon);
      assert.deepEqual(
        shown.tokens.filter((token) => token.startsWith('can.')),
        row.can,
      );
      const protectedWord = row.state === 'protected' ? 'protected, ' : '';
      assert.equal(shown.spoken, `web-01, machine, ${protectedWord}${shown.description}`);
      assert.equal(shown.label, 'web-01');
    });
  }

  it('has an id that ignores case and carries the connection', () => {
    const shouting = facts(undefined, { machineId: machine('web-01').id.toUpperCase() });
    assert.equal(machineRow(shouting, options).id, machineRow(facts(undefined), options).id);
    assert.ok(machineRow(shouting, options).id.startsWith('local:test|'));
  });

  it('counts a failed last backup and a missed target as needing attention', () => {
    assert.deepEqual(
      table.filter((row) => needsAttention(row.facts)).map(({ name }) => name),
      ['last backup failed', 'overdue'],
    );
  });

  it('does not let a name become Markdown', () => {
    const shown = machineRow(facts(undefined, { name: '[x](command:evil)' }), options);
    assert.ok(!shown.tooltip?.().includes('[x](command:evil)'));
  });
});

describe('job progress', () => {
  it('says nothing about the rest before 5 % or 10 s', () => {
    const job = connection.addJob('web-01', { startTime: NOON - 9_000 });
    assert.equal(jobProgress(job, counters, NOON).remainingMs, undefined);
    assert.equal(jobProgress(job, counters, NOON + 1_000).remainingMs !== undefined, true);
    assert.equal(jobProgress(job, { ...counters, readBytes: 40 }, NOON + 60_000).remainingMs, undefined);
  });

  it('takes the rate from the last 10 seconds', () => {
    const job = connection.addJob('web-01');
    assert.equal(jobProgress(job, counters, NOON).bytesPerSecond, 100);
  });

  it('is empty for a job that has ended', () => {
    assert.deepEqual(jobProgress(connection.addJob('web-01', { status: 'Completed' }), counters, NOON), {});
  });
});

describe('job rows', () => {
  const table: [string, string, string, string[]][] = [
    ['InProgress', 'sync~spin', 'In progress', ['can.cancel']],
    ['Completed', 'pass', 'Completed', []],
    ['CompletedWithWarnings', 'warning', 'Completed with warnings', []],
    ['Failed', 'error', 'Failed', ['can.retry']],
    ['Cancelling', 'loading~spin', 'Cancelling', []],
    ['Cancelled', 'circle-slash', 'Cancelled', ['can.retry']],
    ['Paused', 'question', 'Paused', []],
  ];
  for (const [status, icon, words, can] of table) {
    it(status, () => {
      const row = jobRow({ job: connection.addJob('web-01', { status }) }, { ...options, provider: 'local' });
      assert.equal(row.icon?.name, icon);
      assert.ok(row.description?.startsWith(words), row.description);
      assert.deepEqual(
        row.tokens.filter((token) => token.startsWith('can.')),
        can,
      );
      assert.equal(row.label, 'Backup web-01');
    });
  }

  it('a queued job says so', () => {
    const row = jobRow(
      { job: connection.addJob('web-01'), statistics: { ...counters, phase: 'Queued' } },
      { ...options, provider: 'local' },
    );
    assert.equal(row.icon?.name, 'clock');
    assert.ok(row.description?.startsWith('Queued'));
  });
});

describe('a machine by itself', () => {
  it('says its state in a word, which a list by state leaves to the heading', () => {
    const healthy = facts({ state: 'Protected', lastRecoveryPointTime: NOON - 2 * HOUR }, { pointCount: 14 });
    assert.equal(machineSentence(healthy, NOON), 'protected, 2 h ago · 14 points · not proven');
    assert.equal(
      machineSentence(facts({ state: 'ProtectionStopped' }, { pointCount: 1 }), NOON),
      'stopped · 1 point kept forever',
    );
  });
});

describe('status bar', () => {
  const ready = { kind: 'ready' } as const;
  const failedFacts = facts({ state: 'Protected', lastBackupStatus: 'Failed' });
  const failure = { code: 'EngineUnfit', message: 'Node.js is too old.', recommendation: 'Install a newer one.' };
  it('before the first use', () => {
    const view = statusView({ engine: { kind: 'idle' }, machines: [], running: [], alerts: [], now: NOON });
    assert.equal(view.text, '$(shield) VM Backup');
    assert.equal(view.warning, false);
  });
  it('how many are protected', () => {
    const view = statusView({
      engine: ready,
      machines: [facts({}), facts(undefined)],
      running: [],
      alerts: [],
      now: NOON,
    });
    assert.equal(view.text, '$(shield) 1/2 protected');
  });
  it('counts a machine as protected only while backups of it run', () => {
    const softDeleted = { remainingMs: 1 };
    const machines = [
      facts({ state: 'Protected' }),
      facts({ state: 'ProtectionStopped' }),
      facts({ state: 'BackupsSuspended' }),
      facts({ state: 'ProtectionStopped', softDeleted }),
    ];
    const view = statusView({ engine: ready, machines, running: [], alerts: [], now: NOON });
    assert.equal(view.text, '$(shield) 1/4 protected');
  });
  it('what runs', () => {
    const view = statusView({ engine: ready, machines: [], running: [running({}, counters)], alerts: [], now: NOON });
    assert.equal(view.text, '$(sync~spin) Backup 41%');
  });
  it('who needs attention', () => {
    const view = statusView({
      engine: ready,
      machines: [failedFacts],
      running: [],
      alerts: alertsOf({ machines: [failedFacts], branches: [], now: NOON }),
      now: NOON,
    });
    assert.equal(view.text, '$(warning) 1 needs attention');
    assert.equal(view.warning, true);
  });
  it('an engine that does not start, with the way out', () => {
    const view = statusView({ engine: { kind: 'failed', failure }, machines: [], running: [], alerts: [], now: NOON });
    assert.equal(view.text, '$(error) Backup engine not available');
    assert.match(view.tooltip, /Install a newer one/);
  });
});

const branch = (copy: Partial<VaultCopy>): VaultBranch => ({
  vault,
  items: {},
  policies: {},
  storage: {},
  provider: 'local',
  usage: {},
  copy: { value: { secondSite: 'attic', lagSeconds: 0, backlogObjects: 0, backlogBytes: 0, ...copy } },
});

describe('alerts', () => {
  const web = { ...facts({ state: 'Protected', lastRecoveryPointTime: NOON - 72 * HOUR }), name: 'web-01' };
  const overdue: MachineFacts = { ...web, targetMs: 24 * HOUR, overdueMs: 48 * HOUR };
  const job = connection.addJob('db-01', {
    status: 'Failed',
    errors: [{ code: 1, title: 'No space', message: '', recommendations: [] }],
  });
  const failed: MachineFacts = {
    ...facts({ state: 'Protected', lastBackupStatus: 'Failed', lastBackupTime: NOON }),
    name: 'db-01',
    failedBackup: job,
  };
  it('are failures, then missed targets, then vaults behind at their second site', () => {
    const alerts = alertsOf({ machines: [overdue, failed], branches: [branch({ secondSite: 'missing' })], now: NOON });
    assert.deepEqual(
      alerts.map(({ kind, severity, subject }) => [kind, severity, subject]),
      [
        ['failed', 'error', 'db-01'],
        ['overdue', 'warning', 'web-01'],
        ['secondSite', 'warning', 'home-vault'],
      ],
    );
    assert.equal(alerts[0]?.jobId, job.id);
    assert.match(alerts[0]?.sentence ?? '', /^The last backup of db-01 failed: No space$/);
    assert.equal(alerts[1]?.since, NOON - 48 * HOUR);
    assert.equal(new Set(alerts.map(({ id }) => id)).size, 3);
  });

  it('are none for what is well, and for a copy that is only a little behind', () => {
    const well = facts({ state: 'Protected', lastBackupStatus: 'Completed', lastRecoveryPointTime: NOON });
    const branches = [branch({}), branch({ lagSeconds: 60, backlogObjects: 1 })];
    assert.deepEqual(alertsOf({ machines: [well, facts(undefined)], branches, now: NOON }), []);
  });

  it('stand in the tooltip of the status bar, the first five one by one', () => {
    const machines = Array.from({ length: 7 }, () => overdue);
    const alerts = alertsOf({ machines, branches: [], now: NOON });
    const { tooltip } = statusView({ engine: { kind: 'ready' }, machines, running: [], alerts, now: NOON });
    assert.equal(tooltip.split('newest recovery point').length - 1, 5);
    assert.match(tooltip, /2 more need attention/);
  });
});
