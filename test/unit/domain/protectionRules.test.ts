import assert from 'node:assert/strict';
import {
  afterBackup,
  afterEnable,
  type BackupState,
  eligibilityProblem,
  healthStatus,
  initialBackupPending,
  onDemandAllowedFrom,
  protectionStatus,
} from '../../../src/domain/protectionRules';

const HOUR = 3_600_000;
const NOW = Date.parse('2024-05-13T10:00Z');
const VAULT = { id: '/v/home', name: 'home', location: 'East Asia' };
const MACHINE = { name: 'web-01', location: 'eastasia' };

/** One start an hour, the latest an hour ago, in no order. */
function starts(count: number): number[] {
  return Array.from({ length: count }, (_, i) => NOW - (((i * 5) % count) + 1) * HOUR);
}

describe('eligibility', () => {
  it('accepts a machine of the same location that no vault protects', () => {
    assert.equal(eligibilityProblem(MACHINE, VAULT), undefined);
  });

  it('refuses a machine of another location and names both', () => {
    const problem = eligibilityProblem({ ...MACHINE, location: 'westus' }, VAULT);
    assert.equal(problem?.code, 'LocalVmInOtherLocation');
    assert.match(problem.message, /web-01 is in westus, the vault in East Asia/);
  });

  it('names the vault that protects a machine already', () => {
    const problem = eligibilityProblem(MACHINE, VAULT, { id: '/v/office', name: 'office' });
    assert.equal(problem?.code, 'UserErrorVmRegisteredWithAnotherVault');
    assert.equal(problem.protectingVault, 'office');
    assert.match(problem.message, /vault office/);
  });

  it('tells a machine of this vault from one of another', () => {
    assert.equal(
      eligibilityProblem(MACHINE, VAULT, { ...VAULT, id: '/V/Home' })?.code,
      'VirtualMachineAlreadyProtected',
    );
  });
});

describe('on-demand limit', () => {
  it('allows nine in 24 hours', () => {
    assert.equal(onDemandAllowedFrom([], NOW), undefined);
    assert.equal(onDemandAllowedFrom(starts(8), NOW), undefined);
  });

  it('refuses the tenth until the oldest of the nine is a day old', () => {
    assert.equal(onDemandAllowedFrom(starts(9), NOW), NOW + 15 * HOUR);
    assert.equal(onDemandAllowedFrom(starts(9), NOW + 15 * HOUR), undefined);
    assert.equal(onDemandAllowedFrom(starts(9), NOW + 15 * HOUR - 1), NOW + 15 * HOUR);
  });

  it('waits for enough of them when there are more', () => {
    assert.equal(onDemandAllowedFrom(starts(11), NOW), NOW + 15 * HOUR);
  });
});

describe('states of a protected item', () => {
  const completed = { status: 'Completed', startTime: NOW, pointTime: NOW + 60_000 } as const;
  const failed = { status: 'Failed', startTime: NOW + HOUR } as const;

  it('waits for its initial backup after enabling', () => {
    const item = afterEnable();
    assert.deepEqual(item, { state: 'IRPending', health: 'Passed', lastBackupStatus: 'None' });
    assert.equal(initialBackupPending(item), true);
  });

  it('is Protected from the first success on', () => {
    const item = afterBackup(afterEnable(), completed);
    assert.deepEqual(item, {
      state: 'Protected',
      health: 'Passed',
      lastBackupStatus: 'Completed',
      lastBackupTime: NOW,
      lastRecoveryPointTime: NOW + 60_000,
    } satisfies BackupState);
    assert.equal(initialBackupPending(item), false);
  });

  it('stays in its state after a failure and keeps its last point', () => {
    const first = afterBackup(afterEnable(), failed);
    assert.equal(first.state, 'IRPending');
    assert.equal(first.lastRecoveryPointTime, undefined);
    assert.equal(initialBackupPending(first), false);
    const later = afterBackup(afterBackup(afterEnable(), completed), failed);
    assert.equal(later.state, 'Protected');
    assert.equal(later.lastBackupStatus, 'Failed');
    assert.equal(later.lastBackupTime, NOW + HOUR);
    assert.equal(later.lastRecoveryPointTime, NOW + 60_000);
    assert.equal(later.health, 'ActionRequired');
  });

  it('does not resume a stopped item whose last backup ends', () => {
    const stopped: BackupState = { ...afterEnable(), state: 'ProtectionStopped' };
    assert.equal(afterBackup(stopped, completed).state, 'ProtectionStopped');
  });

  it('derives protection and health', () => {
    const rows = [
      [{ machineFound: true, lastBackupStatus: 'None' }, 'Healthy', 'Passed'],
      [{ machineFound: true, lastBackupStatus: 'Completed', warning: true }, 'Healthy', 'ActionSuggested'],
      [{ machineFound: true, lastBackupStatus: 'CompletedWithWarnings' }, 'Healthy', 'ActionSuggested'],
      [{ machineFound: true, lastBackupStatus: 'Failed' }, 'Unhealthy', 'ActionRequired'],
      [{ machineFound: false, lastBackupStatus: 'Completed' }, 'Unhealthy', 'ActionRequired'],
    ] as const;
    for (const [facts, protection, health] of rows) {
      assert.equal(protectionStatus(facts), protection);
      assert.equal(healthStatus(facts), health);
    }
  });
});
