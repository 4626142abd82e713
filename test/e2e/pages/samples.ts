import { newPolicyTemplate } from '../../../src/domain/policyDefaults';
import { timeZoneChoices } from '../../../src/domain/timeZones';
import type { Job, JobStatistics } from '../../../src/domain/views';
import type { JobSnapshot } from '../../../src/messages/job';
import type { JobListRow, JobsListResult, JobsListSnapshot } from '../../../src/messages/jobsList';
import type { KeepUntilSnapshot } from '../../../src/messages/keepUntil';
import type { MachineSnapshot } from '../../../src/messages/machine';
import type { PolicyResult, PolicySnapshot } from '../../../src/messages/policy';
import type { VaultSnapshot } from '../../../src/messages/vault';

const MB = 1024 ** 2;
const GB = 1024 ** 3;
const MINUTE = 60_000;
/** The moment that every sample is taken at. */
export const NOW = Date.UTC(2026, 10, 22, 18, 4, 30);
const START = NOW - 150_000;
const DAY = 24 * 3600_000;

const vaultId = '/subscriptions/0/resourceGroups/rg-backup/providers/Microsoft.RecoveryServices/vaults/home-vault';

const job: Job = {
  id: `${vaultId}/backupJobs/9f0c1d5e`,
  name: '9f0c1d5e',
  vaultId,
  operation: 'Backup',
  status: 'InProgress',
  machineName: 'web-01',
  startTime: START,
  durationMs: NOW - START,
  cancellable: true,
  progressPercent: 41,
  tasks: [],
  properties: {},
  errors: [],
};

const samples = Array.from({ length: 60 }, (_, index) => ({
  time: START + 20_000 + index * 2000,
  bytes: Math.round((index * 236 + Math.sin(index / 3) * 130 + Math.sin(index * 1.7) * 40) * MB),
}));

const statistics: JobStatistics = {
  phase: 'Read and store',
  phases: [
    { phase: 'Queued', startTime: START, endTime: START + 3000 },
    { phase: 'Prepare', startTime: START + 3000, endTime: START + 15_000 },
    { phase: 'Read and store', startTime: START + 15_000 },
  ],
  totalBytes: 40 * GB,
  readBytes: 16.4 * GB,
  newBytes: 4.2 * GB,
  storedBytes: 2.1 * GB,
  skippedBytes: 12.2 * GB,
  samples,
  log: [
    { time: START, level: 'info', text: 'Backup of web-01 was asked for by the schedule of DefaultPolicy.' },
    { time: START + 3000, level: 'info', text: 'Locked the disk images vda.raw and vdb.raw for reading.' },
    {
      time: START + 9000,
      level: 'warning',
      text: 'The guest agent does not answer: the point will be crash-consistent.',
    },
    { time: START + 15_000, level: 'info', text: 'Reading 2 disks, 40 GB, in chunks of 4 MB.' },
    {
      time: START + 90_000,
      level: 'error',
      text: 'Could not read /var/lib/libvirt/images/vdb.raw at 8,589,934,592: tried again.',
    },
    { time: START + 92_000, level: 'info', text: 'vdb.raw: the second attempt succeeded.' },
  ],
  files: [],
};

const live = { state: 'live' } as const;

export const runningJob: JobSnapshot = { job, statistics, vaultName: 'home-vault', now: NOW, connection: live };

export const failedJob: JobSnapshot = {
  ...runningJob,
  job: {
    ...job,
    status: 'Failed',
    endTime: NOW - 30_000,
    durationMs: 120_000,
    cancellable: false,
    errors: [
      {
        code: 'LocalBackingFileMissing',
        title: 'Backing file missing',
        message: 'The disk image vda.raw needs /mnt/usb/base.raw, which is not there.',
        recommendations: [
          'Connect the drive that holds base.raw, then choose Retry.',
          'If the drive is gone for good, choose another disk image for the machine.',
        ],
      },
    ],
  },
  connection: { state: 'lost', reason: 'The engine does not answer.' },
};

/** As the service tells it: tasks and facts, no live counters. */
export const serviceJob: JobSnapshot = {
  ...runningJob,
  statistics: undefined,
  job: {
    ...job,
    progressPercent: undefined,
    tasks: [
      { name: 'Take Snapshot', status: 'Completed', durationMs: 96_000 },
      {
        name: 'Transfer data to vault',
        status: 'InProgress',
        progressPercent: 23,
        detail: '118.2 MB / 512 MB',
        durationMs: 54_000,
      },
    ],
    properties: {
      'VM Name': 'web-01',
      'Policy Name': 'DefaultPolicy',
      'Recovery Point Expiry Time in UTC': '12/22/2026 6:04:30 PM',
    },
  },
};

export const restoredJob: JobSnapshot = {
  ...runningJob,
  job: {
    ...job,
    operation: 'Restore',
    status: 'Completed',
    endTime: NOW - 20_000,
    durationMs: 130_000,
    cancellable: false,
    progressPercent: 100,
  },
  statistics: {
    ...statistics,
    phase: 'Done',
    readBytes: 40 * GB,
    storedBytes: 27.8 * GB,
    phases: [
      { phase: 'Prepare', startTime: START, endTime: START + 4000 },
      { phase: 'Restore', startTime: START + 4000, endTime: NOW - 40_000 },
      { phase: 'Verify', startTime: NOW - 40_000, endTime: NOW - 20_000 },
      { phase: 'Done', startTime: NOW - 20_000 },
    ],
    files: [
      { disk: 'vda', path: '/home/anna/Restored/web-01/web-01-vda.raw', sizeBytes: 32 * GB },
      { disk: 'vdb', path: '/home/anna/Restored/web-01/web-01-vdb.raw', sizeBytes: 8 * GB },
    ],
  },
};

export const newPolicy: PolicySnapshot = {
  mode: 'create',
  vaultName: 'home-vault',
  usedBy: 0,
  existingNames: ['DefaultPolicy', 'EnhancedPolicy'],
  draft: { name: 'DailyPolicy', policy: newPolicyTemplate({ time: '02:00', timeZone: 'Taipei Standard Time' }) },
  timeZones: timeZoneChoices(),
  now: NOW,
};

/** A policy that four machines use, opened to be edited. */
export const usedPolicy: PolicySnapshot = {
  ...newPolicy,
  mode: 'edit',
  usedBy: 4,
  growth: { known: 3, machines: 4, baseBytes: 30 * GB, bytesPerDay: 0.4 * GB },
  prices: { perGB: 0.05, perInstance: 10 },
  draft: { ...newPolicy.draft, name: 'DefaultPolicy' },
  existingNames: [],
};

const losing = { points: 30, oldest: NOW - 30 * DAY, newOldest: NOW - 7 * DAY };
export const impact: PolicyResult = {
  outcome: 'impact',
  impact: {
    removed: 16,
    uncounted: 0,
    machines: ['web-01', 'web-02', 'db-01', 'mail-01'].map((name) => ({ name, removed: 4, ...losing })),
  },
};

/** How the backups of thirty days ended: `o`, `w`, `e` or `.` for a day. */
const days = (marks: string) =>
  Array.from(marks, (mark) => (({ o: 'ok', w: 'warning', e: 'error' }) as const)[mark as 'o'] ?? ('none' as const));

export const vault: VaultSnapshot = {
  one: {
    vault: {
      id: vaultId,
      name: 'home-vault',
      resourceGroup: 'rg-backup',
      location: 'site-nas',
      replication: 'LocallyRedundant',
    },
    locationName: 'NAS in the cellar',
    replicationText: 'Locally redundant',
    locked: true,
    note: 'This site has no paired site, so copies stay in one place.',
  },
  vaults: [
    { id: vaultId, name: 'home-vault' },
    { id: `${vaultId}-2`, name: 'archive-vault' },
  ],
  tiles: {
    items: { total: 4, notBackedUp: 1 },
    jobs: { inProgress: 1, failed: 1, completed: 12 },
    notProtected: 2,
    storageBytes: 4.1 * GB,
    newPerDay: 0.1 * GB,
    daysLeft: 24,
    recoveryPoints: 47,
    attention: 2,
    goBackTo: NOW - 28 * DAY,
    instances: { count: 4, usedBytes: 13.2 * GB },
  },
  alerts: [
    { id: 'db-01', kind: 'error', text: 'db-01: last backup failed Yesterday 02:00 · The VM agent is not ready' },
    {
      id: 'home-vault',
      kind: 'warning',
      text: 'home-vault: Geo-redundant, but the second site is missing: there is only one copy.',
    },
  ],
  coverage: [
    { name: 'rg-web', isProtected: 2, total: 4 },
    { name: 'rg-databases', isProtected: 3, total: 3 },
  ],
  historyDays: Array.from({ length: 30 }, (_, index) =>
    new Intl.DateTimeFormat('en', { weekday: 'short', day: 'numeric', month: 'short' }).format(
      NOW - (29 - index) * DAY,
    ),
  ),
  history: [
    {
      id: 'web-01',
      name: 'web-01',
      targetText: '1 d',
      ageText: '2 h',
      marginText: '22 h left',
      missed: false,
      days: days('..oooooooooowooooooooooooooooo'),
      daysText: '28 days with a backup, 0 failed, 2 without',
    },
    {
      id: 'db-01',
      name: 'db-01',
      targetText: '1 d',
      ageText: '3 d',
      marginText: 'missed by 2 d',
      missed: true,
      days: days('oooooooooooooooooooooeoooooeee'),
      daysText: '26 days with a backup, 4 failed, 0 without',
    },
    {
      id: 'mail-01',
      name: 'mail-01',
      targetText: '7 d',
      days: days('..............................'),
      daysText: '0 days with a backup, 0 failed, 30 without',
    },
  ],
  items: [
    {
      id: 'web-01',
      name: 'web-01',
      stateText: 'Backing up, 41 %',
      stateKind: 'running',
      vaultName: 'home-vault',
      policyName: 'DefaultPolicy',
      lastBackup: NOW - 1440 * MINUTE,
      nextRun: NOW + 1435 * MINUTE,
      canBackUp: false,
    },
    {
      id: 'db-01',
      name: 'db-01',
      stateText: 'Last backup failed',
      stateKind: 'error',
      vaultName: 'home-vault',
      policyName: 'DefaultPolicy',
      lastBackup: NOW - 4400 * MINUTE,
      nextRun: NOW + 1435 * MINUTE,
      canBackUp: true,
    },
    {
      id: 'mail-01',
      name: 'mail-01',
      stateText: 'Warning (Initial backup pending)',
      stateKind: 'warning',
      vaultName: 'home-vault',
      policyName: 'WeeklyPolicy',
      nextRun: NOW + 5755 * MINUTE,
      canBackUp: true,
    },
    {
      id: 'build-agent-with-a-rather-long-name',
      name: 'build-agent-with-a-rather-long-name',
      stateText: 'Protected',
      stateKind: 'ok',
      vaultName: 'home-vault',
      policyName: 'DefaultPolicy',
      lastBackup: NOW - 120 * MINUTE,
      nextRun: NOW + 1320 * MINUTE,
      canBackUp: true,
    },
  ],
  moreItems: 0,
  jobs: [
    {
      id: 'j1',
      title: 'Backup of web-01',
      stateText: 'In progress',
      stateKind: 'running',
      startTime: NOW - 3 * MINUTE,
      durationMs: 3 * MINUTE,
    },
    {
      id: 'j2',
      title: 'Backup of db-01',
      stateText: 'Failed',
      stateKind: 'error',
      startTime: NOW - 15 * MINUTE,
      durationMs: 41_000,
    },
    {
      id: 'j3',
      title: 'Restore of web-01',
      stateText: 'Completed with warnings',
      stateKind: 'warning',
      startTime: NOW - 300 * MINUTE,
      durationMs: 125_000,
    },
  ],
  asOf: NOW,
  failedParts: [],
};

export const partialVault: VaultSnapshot = {
  ...vault,
  tiles: { items: { total: 0, notBackedUp: 0 }, notProtected: 0, recoveryPoints: 0, attention: 0 },
  alerts: [],
  coverage: [],
  history: [],
  items: [],
  jobs: [],
  failedParts: [
    { part: 'jobs', reason: 'The service did not answer within 30 seconds.' },
    { part: 'storage', reason: 'The role Backup Reader on home-vault is missing.' },
  ],
};

const CAUSES = ['VM agent not ready', 'The disk image vda.raw needs /mnt/usb/base.raw, which is not there.'];
const jobLine = (index: number): JobListRow => ({
  id: `job-${index}`,
  machine: ['web-01', 'db-01', 'build-agent-with-a-rather-long-name'][index % 3] ?? '',
  operationText: index % 5 === 4 ? 'Restore' : 'Backup',
  vaultName: index % 2 === 0 ? 'home-vault' : 'office-vault',
  startTime: NOW - index * 47 * MINUTE,
  durationMs: 41_000 + index * 1000,
  ...(index === 0
    ? { stateText: 'In progress · 41% · 118 MB/s · about 2 min left', stateKind: 'running' }
    : index % 4 === 1
      ? { stateText: 'Failed', stateKind: 'error', cause: CAUSES[index % 2] ?? '' }
      : { stateText: 'Completed', stateKind: 'ok' }),
});

/** Ten thousand jobs, of which a page shows some. */
export const jobsList: JobsListSnapshot = {
  filter: {},
  total: 10_000,
  operations: [
    { value: 'Backup', text: 'Backup' },
    { value: 'Restore', text: 'Restore' },
  ],
  vaults: [
    { value: vaultId, text: 'home-vault' },
    { value: `${vaultId}-2`, text: 'office-vault' },
  ],
  machines: ['build-agent-with-a-rather-long-name', 'db-01', 'web-01'],
  now: NOW,
  asOf: NOW - MINUTE,
};

export const failingJobsList: JobsListSnapshot = {
  ...jobsList,
  filter: { status: 'InProgress', hours: 24 },
  total: 12,
  failure: 'The engine does not answer. Run "VM Backup: Restart Engine" to start it again.',
};

export function jobRows(count: number, from = 0): JobsListResult & { outcome: 'rows' } {
  const rows = Array.from({ length: count }, (_, index) => jobLine(from + index));
  return { outcome: 'rows', matching: 10_000, from, rows };
}

export const keepUntil: KeepUntilSnapshot = {
  machines: ['web-01', 'db-01', 'mail-01'],
  today: '2026-11-22',
  earliest: '2026-11-23',
  latest: '2125-11-22',
  suggested: '2026-12-22',
};

/** A vault of another computer. */
export const heldVault: VaultSnapshot = {
  ...vault,
  one: vault.one && {
    ...vault.one,
    heldElsewhere: 'It belongs to attic-pc, so it is only read here: points can be restored, and nothing changes it.',
  },
};

/** All vaults together. */
export const allVaults: VaultSnapshot = {
  ...vault,
  one: undefined,
  items: vault.items.map((item, index) => (index === 2 ? { ...item, vaultName: 'archive-vault' } : item)),
  moreItems: 1900,
};

/** A machine with a month of daily points. */
export const machine: MachineSnapshot = {
  name: 'db-01',
  isSample: false,
  stateKind: 'ok',
  sentence: 'protected, 2 h ago · 30 points · not proven',
  vaultName: 'home-vault',
  policy: {
    name: 'DefaultPolicy',
    words: 'Daily at 02:00 (Taipei Standard Time), keeps daily points 30 days',
    nextRun: NOW + 475 * MINUTE,
  },
  lastPoint: NOW - 120 * MINUTE,
  can: { protect: false, backUp: true, restore: true, stop: true },
  points: Array.from({ length: 30 }, (_, index) => ({
    id: `p${index}`,
    time: NOW - 120 * MINUTE - index * DAY,
    consistencyText: 'crash-consistent',
    keptText: index === 7 ? 'Weekly, on hold' : 'Daily, until 2026-12-22',
    tierText: index < 2 ? 'snapshot, vault' : 'vault',
    held: index === 7,
    archived: false,
    actions: index === 7 ? ['release'] : index === 0 ? ['recoverFiles', 'archive'] : ['hold'],
    ...(index === 12 ? {} : { newBytes: (312 + ((index * 137) % 500)) * MB }),
  })),
  jobs: vault.jobs.slice(1),
  jobCount: 41,
  disks: [
    { id: 'd0', name: 'db-01-os', sizeBytes: 32 * GB, path: '/images/db-01.img' },
    { id: 'd1', name: 'db-01-data', sizeBytes: 80 * GB },
  ],
  settings: [
    { name: 'Vault', value: 'home-vault' },
    { name: 'Policy', value: 'DefaultPolicy' },
    { name: 'Schedule', value: 'Daily at 02:00 (Taipei Standard Time)' },
    { name: 'Retention range', value: 'keeps daily points 30 days' },
    { name: 'Operating system', value: 'Linux' },
    { name: 'Power', value: 'stopped' },
    { name: 'Size', value: '112 GB · 2 disks' },
  ],
  failures: [],
  now: NOW,
};

/** The same right after backup was enabled. */
export const newMachine: MachineSnapshot = {
  ...machine,
  name: 'build-agent-with-a-rather-long-name',
  isSample: true,
  stateKind: 'warning',
  sentence: 'Warning (Initial backup pending) · next Today 02:00',
  lastPoint: undefined,
  can: { protect: false, backUp: true, restore: false, stop: true },
  points: [],
  jobs: [],
  jobCount: 0,
  failures: ['The engine does not answer. Run "VM Backup: Restart Engine" to start it again.'],
};
