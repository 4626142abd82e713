import { formatBytes } from '../../domain/sizes';
import { acceptsBackups, isRestore } from '../../domain/states';
import type { MachineDisk } from '../../domain/views';
import type { StateKind } from '../../messages/stateKind';
import { SAMPLE_TAG } from '../../protocol/local';
import { t } from '../text';
import { agoText, facts, fullTimeText, momentText, plainMarkdown, spanText } from './format';
import { rowId } from './ids';
import { jobCause, progressWords } from './jobView';
import { canChooseDisks, canRestoreInSecondRegion, canResume, canStop, canUndelete, isBackedUp } from './machineCan';
import { type MachineFacts, type MachineState, machineState, zoneOf } from './machineFacts';
import { policyWords, upcomingRuns } from './policyView';
import { COLORS, type Row, type RowIcon } from './row';

const HOUR_MS = 3_600_000;

interface ViewOptions {
  readonly key: string;
  readonly now: number;
}

/** State of a machine in words; never left to icon or colour alone. */
export function machineStateWords(state: MachineState): string {
  const words: { readonly [S in MachineState]: string } = {
    busy: t('busy'),
    failed: t('last backup failed'),
    overdue: t('overdue'),
    pending: t('Warning (Initial backup pending)'),
    protected: t('protected, not proven'),
    suspended: t('backups suspended'),
    stopped: t('stopped, data kept'),
    softDeleted: t('soft-deleted'),
    notProtected: t('not protected'),
    cannotProtect: t('cannot be protected'),
  };
  return words[state];
}

/** How the state of a machine looks on a page. */
export function machineStateKind(state: MachineState): StateKind {
  return KIND_OF_STATE[state];
}

const KIND_OF_STATE: { readonly [S in MachineState]: StateKind } = {
  busy: 'running',
  failed: 'error',
  overdue: 'warning',
  pending: 'warning',
  protected: 'ok',
  suspended: 'off',
  stopped: 'off',
  softDeleted: 'off',
  notProtected: 'warning',
  cannotProtect: 'off',
};

/** Tree row of a machine. `scope` tells apart rows of one machine that stand in several places. */
export function machineRow(machine: MachineFacts, options: ViewOptions & { scope?: string }): Row {
  const description = machineDescription(machine, options.now);
  return {
    id: rowId(options.key, ...(options.scope ? [options.scope] : []), 'machine', machine.machineId),
    label: machine.name,
    description,
    tooltip: () => tooltip(machine, options.now),
    icon: ICONS[machineState(machine)],
    tokens: tokens(machine),
    children: machine.item || (machine.machine?.disks.length ?? 0) > 0 ? 'collapsed' : 'none',
    spoken: t('{0}, machine, {1}', machine.name, inASentence(machine, description)),
    target: { kind: 'machine', machineId: machine.machineId },
    opens: true,
  };
}

/** The state of a machine where it stands alone: among its likes a protected one shows numbers, here it needs the word. */
export function machineSentence(machine: MachineFacts, now: number): string {
  return inASentence(machine, machineDescription(machine, now));
}

function inASentence(machine: MachineFacts, description: string): string {
  return machineState(machine) === 'protected' ? t('protected, {0}', description) : description;
}

/** The state of a machine and the numbers that belong to it, in one line of a list by state. */
export function machineDescription(machine: MachineFacts, now: number): string {
  const { item } = machine;
  const points = pointsWords(machine.pointCount);
  const last = item?.lastRecoveryPointTime;
  switch (machineState(machine)) {
    case 'busy': {
      const job = machine.running?.job;
      const verb = job && isRestore(job.operation) ? t('restoring') : t('backing up');
      return facts(verb, machine.running && progressWords(machine.running, now));
    }
    case 'failed': {
      const at = item?.lastBackupTime;
      const words = at === undefined ? t('last backup failed') : t('failed {0}', momentText(at, now, zoneOf(machine)));
      return facts(words, machine.failedBackup && jobCause(machine.failedBackup));
    }
    case 'overdue':
      return facts(
        t('overdue {0}', spanText(machine.overdueMs ?? 0)),
        last === undefined ? undefined : t('last point {0}', agoText(last, now)),
      );
    case 'pending': {
      const [next] = upcomingRuns(machine.policy, now, 1);
      const nextWords = next === undefined ? undefined : t('next {0}', momentText(next, now, zoneOf(machine)));
      return facts(machineStateWords('pending'), nextWords);
    }
    case 'protected':
      return facts(last === undefined ? undefined : agoText(last, now), points, t('not proven'));
    case 'suspended':
      return facts(machineStateWords('suspended'), points, t('points go on to expire'));
    case 'stopped':
      return facts(t('stopped'), points === undefined ? t('data kept') : t('{0} kept forever', points));
    case 'softDeleted':
      return facts(t('soft-deleted'), machine.goneAt === undefined ? undefined : goneText(machine.goneAt, now));
    case 'notProtected':
      return facts(machineStateWords('notProtected'), sizeWords(machine));
    default:
      return facts(machineStateWords('cannotProtect'), machine.obstacle);
  }
}

/** `14 points`, or nothing while the number is not known. */
export function pointsWords(count: number | undefined): string | undefined {
  if (count === undefined) return undefined;
  return count === 1 ? t('1 point') : t('{0} points', count);
}

/** True if a backup may be started now. */
export function canBackUp(machine: MachineFacts): boolean {
  return machine.item !== undefined && acceptsBackups(machine.item.state) && !machine.running && !machine.heldBy;
}

/** True if there is something to restore and nothing else runs. */
export function canRestore(machine: MachineFacts): boolean {
  const { item, running } = machine;
  return item?.lastRecoveryPointTime !== undefined && !item.softDeleted && !running;
}

/** When deleted data is gone: `gone in 13 d`, `gone today`. */
export function goneText(goneAt: number, now: number): string {
  return goneAt - now < HOUR_MS ? t('gone within the hour') : t('gone in {0}', spanText(goneAt - now));
}

/** True if the sample lab made the machine. */
export function isSample(machine: MachineFacts): boolean {
  return machine.machine?.tags[SAMPLE_TAG] !== undefined;
}

/** Tree row of a disk. */
export function diskRow(machine: MachineFacts, disk: MachineDisk, options: ViewOptions & { scope?: string }): Row {
  const description = facts(
    formatBytes(disk.sizeBytes),
    disk.lun === undefined ? t('system disk') : undefined,
    machine.item && !isBackedUp(machine.item, disk) ? t('not backed up') : undefined,
  );
  return {
    id: rowId(options.key, ...(options.scope ? [options.scope] : []), 'disk', disk.id),
    label: disk.name,
    description,
    tooltip: () => plainMarkdown(disk.path ?? disk.id),
    icon: { name: 'device-mobile' },
    tokens: ['disk', machine.provider, ...(disk.path ? ['can.reveal'] : [])],
    children: 'none',
    spoken: t('{0}, disk of {1}, {2}', disk.name, machine.name, description),
    target: { kind: 'disk', machineId: machine.machineId, diskId: disk.id },
  };
}

const ICONS: { readonly [S in MachineState]: RowIcon } = {
  busy: { name: 'sync~spin', color: COLORS.busy },
  failed: { name: 'error', color: COLORS.error },
  overdue: { name: 'warning', color: COLORS.warning },
  pending: { name: 'vm-pending', color: COLORS.warning },
  protected: { name: 'vm-active', color: 'foreground' },
  suspended: { name: 'debug-pause', color: COLORS.muted },
  stopped: { name: 'debug-pause', color: COLORS.muted },
  softDeleted: { name: 'trash', color: COLORS.muted },
  notProtected: { name: 'vm-outline', color: COLORS.warning },
  cannotProtect: { name: 'circle-slash', color: COLORS.muted },
};

function tokens(machine: MachineFacts): string[] {
  const state = machineState(machine);
  return [
    'machine',
    machine.provider,
    ...(isSample(machine) ? ['sample'] : []),
    ...(state === 'notProtected' ? ['can.protect'] : []),
    ...(machine.item ? [] : ['can.explain']),
    ...(machine.item || machine.provider === 'azure' ? [] : ['can.remove']),
    ...(machine.provider === 'azure' ? ['can.portal'] : []),
    ...(canBackUp(machine) ? ['can.backup'] : []),
    ...(canRestore(machine) ? ['can.restore'] : []),
    ...(canRestoreInSecondRegion(machine) ? ['can.secondRegion'] : []),
    ...(canStop(machine) ? ['can.stop', 'can.assign'] : []),
    ...(canChooseDisks(machine) ? ['can.chooseDisks'] : []),
    ...(canResume(machine) ? ['can.resume', 'can.delete'] : []),
    ...(canUndelete(machine) ? ['can.undelete'] : []),
  ];
}

function sizeWords(machine: MachineFacts): string | undefined {
  const disks = machine.machine?.disks;
  if (!disks || disks.length === 0) return undefined;
  const total = disks.reduce((sum, disk) => sum + disk.sizeBytes, 0);
  return facts(formatBytes(total), disks.length > 1 ? t('{0} disks', disks.length) : undefined);
}

function tooltip(machine: MachineFacts, now: number): string {
  const { item, vault, policy } = machine;
  const sample = isSample(machine) ? ` (${t('Sample')})` : '';
  const lines = [`**${plainMarkdown(machine.name)}**${sample} — ${plainMarkdown(machineDescription(machine, now))}`];
  const add = (text: string) => lines.push(plainMarkdown(text));
  if (vault) add(policy ? t('Vault {0}. Policy {1}: {2}', vault.name, policy.name, policyWords(policy)) : vault.name);
  if (item?.lastRecoveryPointTime !== undefined) {
    add(t('Last recovery point {0}', fullTimeText(item.lastRecoveryPointTime, zoneOf(machine))));
  }
  const [next] = item && acceptsBackups(item.state) ? upcomingRuns(policy, now, 1) : [];
  if (next !== undefined) add(t('Next backup {0}', fullTimeText(next, zoneOf(machine))));
  if (item?.oldestRecoveryPoint !== undefined)
    add(t('Oldest point {0}', fullTimeText(item.oldestRecoveryPoint, zoneOf(machine))));
  if (item && machine.targetMs !== undefined && item.lastRecoveryPointTime !== undefined) {
    const age = spanText(now - item.lastRecoveryPointTime);
    add(t('Newest point at most {0} old: now {1}', spanText(machine.targetMs), age));
  }
  if (machine.goneAt !== undefined) add(t('Deleted. Gone for good {0}', fullTimeText(machine.goneAt, zoneOf(machine))));
  if (machine.heldBy !== undefined) {
    add(
      t('Its vault belongs to {0}: its points can be restored, and nothing changes its backups here.', machine.heldBy),
    );
  }
  if (!machine.machine) add(t('The machine itself is no longer found. Its recovery points are kept.'));
  for (const disk of machine.machine?.disks ?? []) add(facts(disk.name, formatBytes(disk.sizeBytes), disk.path));
  const links = tooltipLinks(machine);
  if (links !== '') lines.push(links);
  return lines.join('\n\n');
}

function tooltipLinks(machine: MachineFacts): string {
  const argument = encodeURIComponent(JSON.stringify([{ kind: 'machine', machineId: machine.machineId }]));
  const link = (text: string, command: string) => `[${text}](command:vmbackup.${command}?${argument})`;
  return facts(
    link(t('Open'), 'open'),
    canBackUp(machine) ? link(t('Back up now'), 'backupNow') : undefined,
    canRestore(machine) ? link(t('Restore'), 'restore') : undefined,
    canResume(machine) ? link(t('Resume protection'), 'resumeProtection') : undefined,
    canUndelete(machine) ? link(t('Undelete'), 'undelete') : undefined,
    machine.item ? undefined : link(t('Enable backup'), 'protect'),
  );
}
