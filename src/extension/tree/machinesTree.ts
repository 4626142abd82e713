import { Derived } from '../model/derived';
import { matches } from '../model/filter';
import { asOfText, facts } from '../model/format';
import { inTurns } from '../model/inTurns';
import type { Life } from '../model/life';
import { Lives } from '../model/life';
import { type MachineFacts, needsAttention } from '../model/machineFacts';
import { findableMachine, groupingWords, machineGroups } from '../model/machineGroups';
import { machineRow } from '../model/machineView';
import { ShortMemory } from '../model/memory';
import { groupRow, type Row } from '../model/row';
import { ensureWorld, knownMachines, type Stores } from '../model/stores';
import { type ViewChoices, viewChoices } from '../model/viewChoices';
import { t } from '../text';
import { firstRows } from './firstRows';
import { MachineBranch } from './machineBranch';
import { type FailedBranch, failureRows, linkBranches, type TreeModel } from './treeModel';

/** Content of the Machines view: every machine that the filter lets through, grouped as chosen. */
export class MachinesTree implements TreeModel {
  /** Every group's rows ask for all of them. */
  private readonly groups = new Derived(
    () => [knownMachines(this.stores), this.choices.machines.filter, this.choices.grouping.current] as const,
    ([all, filter, grouping]) => {
      const found = filter.length === 0 ? all : all.filter((machine) => matches(filter, findableMachine(machine)));
      return machineGroups(found, grouping);
    },
  );

  private readonly branch: MachineBranch;

  constructor(
    private readonly stores: Stores,
    private readonly choices: ViewChoices = viewChoices(new ShortMemory()),
    pageSize?: () => number,
  ) {
    this.branch = new MachineBranch(stores, pageSize);
  }

  async roots(): Promise<readonly Row[]> {
    await firstRows({
      reading: ensureWorld(this.stores),
      hasRows: () => knownMachines(this.stores).length > 0 || this.failedBranches().some(({ failure }) => failure),
      onDidChange: (listener) => this.onDidChange(listener),
      clock: this.stores.clock,
    });
    const key = this.stores.engine.key;
    return [
      ...failureRows(key, this.failedBranches()),
      ...this.groups.value.map(({ group, label, members }) =>
        groupRow({ key, group, label, count: members.length, expanded: true }),
      ),
    ];
  }

  async children(row: Row): Promise<readonly Row[]> {
    const { target } = row;
    const options = { key: this.stores.engine.key, now: this.stores.clock.now() };
    switch (target.kind) {
      case 'group':
        return inTurns(this.members(target.group), (machine) => machineRow(machine, options));
      default:
        return this.branch.children(target, 'machines');
    }
  }

  onDidChange(listener: () => void): Life {
    const lives = new Lives();
    lives.own(this.branch.onDidChange(listener));
    lives.own(this.stores.machines.onDidChange(listener));
    lives.own(this.stores.vaults.onDidChange(listener));
    lives.own(this.stores.jobs.onDidChange(listener));
    lives.own(this.choices.machines.onDidChange(listener));
    lives.own(this.choices.grouping.onDidChange(listener));
    return lives;
  }

  /** Number and words for the badge of the view. */
  attention(): { count: number; words: string } {
    const count = knownMachines(this.stores).filter(needsAttention).length;
    return { count, words: count === 1 ? t('1 machine needs attention') : t('{0} machines need attention', count) };
  }

  /** Shows one page more of the recovery points of an item. */
  loadMorePoints(itemId: string): void {
    this.branch.loadMore(itemId);
  }

  /** What the view says beside its name: the filter, and the grouping where it is not the usual one. */
  description(): string | undefined {
    const { machines, grouping } = this.choices;
    const by = grouping.current === 'state' ? undefined : t('by {0}', groupingWords(grouping.current));
    return facts(machines.text, by) || undefined;
  }

  /** One sentence above the rows, or nothing. */
  message(): string | undefined {
    const old = this.oldSince();
    if (old !== undefined) return asOfText(old, this.stores.clock.now());
    const machines = knownMachines(this.stores);
    const bare = machines.filter(({ item }) => item?.lastRecoveryPointTime === undefined).length;
    if (bare === 0) return undefined;
    return machines.length === 1
      ? t('The machine was never backed up.')
      : t('{0} of {1} machines were never backed up.', bare, machines.length);
  }

  /** When the rows were read, if they could not be read again since, or not yet (ms UTC). */
  private oldSince(): number | undefined {
    const { machines, vaults } = this.stores;
    const old = [machines.machines, vaults.vaults].filter(
      ({ failure, kept, asOf }) => (failure || kept) && asOf !== undefined,
    );
    return old.length === 0 ? undefined : Math.min(...old.map(({ asOf = 0 }) => asOf));
  }

  private members(group: string): readonly MachineFacts[] {
    return this.groups.value.find((one) => one.group === group)?.members ?? [];
  }

  private failedBranches(): FailedBranch[] {
    const { machines, vaults, jobs } = this.stores;
    return [
      ...linkBranches('machines', t('Could not list machines'), machines.failures),
      ...linkBranches('vaults', t('Could not list vaults'), vaults.failures),
      ...vaults.branches.map(({ vault, items }) => ({
        branch: vault.id,
        label: t('Could not read vault {0}', vault.name),
        failure: items.failure,
      })),
      ...linkBranches('jobs', t('Could not list jobs'), jobs.failures),
    ];
  }
}
