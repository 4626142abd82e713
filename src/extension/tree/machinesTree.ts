import type { Life } from '../model/life';
import { Lives } from '../model/life';
import { type MachineFacts, needsAttention, restingState } from '../model/machineFacts';
import { machineRow } from '../model/machineView';
import { groupRow, type Row } from '../model/row';
import { ensureWorld, knownMachines, type Stores } from '../model/stores';
import { t } from '../text';
import { machineChildren, pointChildren } from './machineBranch';
import { type FailedBranch, failureRows, type TreeModel } from './treeModel';

type Group = 'attention' | 'pending' | 'protected' | 'stopped' | 'softDeleted' | 'notProtected' | 'cannotProtect';

/** Groups from top; a running job leaves its machine where it is. */
const GROUPS: readonly Group[] = [
  'attention',
  'pending',
  'protected',
  'stopped',
  'softDeleted',
  'notProtected',
  'cannotProtect',
];

/** Content of the Machines view: every machine, grouped by state. */
export class MachinesTree implements TreeModel {
  constructor(private readonly stores: Stores) {}

  async roots(): Promise<readonly Row[]> {
    await ensureWorld(this.stores);
    const machines = knownMachines(this.stores);
    const key = this.stores.engine.key;
    const groups = GROUPS.map((group) => ({ group, count: membersOf(group, machines).length }));
    return [
      ...failureRows(key, this.failedBranches()),
      ...groups
        .filter(({ count }) => count > 0)
        .map(({ group, count }) => groupRow({ key, group, label: groupLabel(group), count, expanded: true })),
    ];
  }

  async children(row: Row): Promise<readonly Row[]> {
    const { target } = row;
    const options = { key: this.stores.engine.key, now: this.stores.clock.now() };
    switch (target.kind) {
      case 'group':
        return membersOf(target.group, knownMachines(this.stores)).map((machine) => machineRow(machine, options));
      case 'machine':
        return machineChildren(this.stores, target.machineId, 'machines');
      case 'points':
        return pointChildren(this.stores, target, 'machines');
      default:
        return [];
    }
  }

  onDidChange(listener: () => void): Life {
    const lives = new Lives();
    lives.own(this.stores.machines.onDidChange(listener));
    lives.own(this.stores.vaults.onDidChange(listener));
    lives.own(this.stores.jobs.onDidChange(listener));
    return lives;
  }

  /** Number and words for the badge of the view. */
  attention(): { count: number; words: string } {
    const count = knownMachines(this.stores).filter(needsAttention).length;
    return { count, words: count === 1 ? t('1 machine needs attention') : t('{0} machines need attention', count) };
  }

  /** One sentence above the rows, or nothing. */
  message(): string | undefined {
    const machines = knownMachines(this.stores);
    const bare = machines.filter(({ item }) => item?.lastRecoveryPointTime === undefined).length;
    if (bare === 0) return undefined;
    return machines.length === 1
      ? t('The machine was never backed up.')
      : t('{0} of {1} machines were never backed up.', bare, machines.length);
  }

  private failedBranches(): FailedBranch[] {
    const { machines, vaults, jobs } = this.stores;
    return [
      { branch: 'machines', label: t('Could not list machines'), failure: machines.machines.failure },
      { branch: 'vaults', label: t('Could not list vaults'), failure: vaults.vaults.failure },
      ...vaults.branches.map(({ vault, items }) => ({
        branch: vault.id,
        label: t('Could not read vault {0}', vault.name),
        failure: items.failure,
      })),
      { branch: 'jobs', label: t('Could not list jobs'), failure: jobs.failure },
    ];
  }
}

function membersOf(group: string, machines: readonly MachineFacts[]): MachineFacts[] {
  return machines.filter((machine) => groupOf(machine) === group);
}

function groupOf(machine: MachineFacts): Group {
  const state = restingState(machine);
  switch (state) {
    case 'failed':
    case 'overdue':
      return 'attention';
    case 'suspended':
      return 'stopped';
    default:
      return state;
  }
}

function groupLabel(group: Group): string {
  const words: { readonly [S in Group]: string } = {
    attention: t('Needs attention'),
    pending: t('Initial backup pending'),
    protected: t('Protected'),
    stopped: t('Protection stopped'),
    softDeleted: t('Soft-deleted'),
    notProtected: t('Not protected'),
    cannotProtect: t('Cannot be protected'),
  };
  return words[group];
}
