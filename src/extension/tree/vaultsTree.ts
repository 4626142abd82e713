import { sameLocation } from '../../domain/names';
import { accountRow, subscriptionRow, tenantRow } from '../model/azureView';
import { asOfText } from '../model/format';
import { sameId } from '../model/ids';
import { inTurns } from '../model/inTurns';
import { type Life, Lives } from '../model/life';
import type { SubscriptionLink } from '../model/link';
import type { MachineFacts } from '../model/machineFacts';
import { machineRow } from '../model/machineView';
import { placeName } from '../model/placeName';
import { policyRow } from '../model/policyView';
import type { Row } from '../model/row';
import { knownMachines, type Stores } from '../model/stores';
import type { VaultBranch } from '../model/vaultStore';
import { vaultDeletedRow, vaultItemsRow, vaultPoliciesRow, vaultRow } from '../model/vaultView';
import { t } from '../text';
import { firstRows } from './firstRows';
import { MachineBranch } from './machineBranch';
import { failureRows, linkBranches, type TreeModel } from './treeModel';

/** Content of the Vaults view: each vault with its protected VMs and its policies. */
export class VaultsTree implements TreeModel {
  private readonly branch: MachineBranch;

  constructor(
    private readonly stores: Stores,
    pageSize?: () => number,
  ) {
    this.branch = new MachineBranch(stores, pageSize);
  }

  async roots(): Promise<readonly Row[]> {
    const { azure, vaults, engine, clock } = this.stores;
    void azure.restore();
    await firstRows({
      reading: Promise.all([vaults.ensure(), vaults.ensureVaults()]),
      hasRows: () => [...(vaults.vaults.value ?? []), ...vaults.failures, ...(azure.reach?.people ?? [])].length > 0,
      onDidChange: (listener) => this.onDidChange(listener),
      clock,
    });
    return [
      ...failureRows(engine.key, linkBranches('vaults', t('Could not list vaults'), vaults.failures)),
      ...this.vaultRows(({ provider }) => provider === 'local'),
      ...this.accountRows(),
    ];
  }

  async children(row: Row): Promise<readonly Row[]> {
    const { target } = row;
    switch (target.kind) {
      case 'vault':
        return this.below(target.vaultId);
      case 'account':
        return this.belowAccount(target.accountId);
      case 'subscription':
        return this.vaultRows(({ vault }) => this.isIn(vault.id, target.subscriptionId));
      case 'vaultItems':
        return this.items(target.vaultId);
      case 'vaultPolicies':
        return this.policies(target.vaultId);
      case 'vaultDeleted':
        return this.machinesIn(target.vaultId, 'deleted', ({ item }) => item?.softDeleted !== undefined);
      case 'policy':
        return this.machinesOf(target.vaultId, target.policyId);
      default:
        return this.branch.children(target, scopeOf(row));
    }
  }

  onDidChange(listener: () => void): Life {
    const lives = new Lives();
    lives.own(this.branch.onDidChange(listener));
    lives.own(this.stores.azure.onDidChange(listener));
    lives.own(this.stores.vaults.onDidChange(listener));
    lives.own(this.stores.machines.onDidChange(listener));
    lives.own(this.stores.jobs.onDidChange(listener));
    return lives;
  }

  /** Shows one page more of the recovery points of an item. */
  loadMorePoints(itemId: string): void {
    this.branch.loadMore(itemId);
  }

  /** What the view says beside its name: nothing. */
  description(): undefined {
    return undefined;
  }

  /** When the vaults were read, while an earlier window was the last to read them. */
  message(): string | undefined {
    const { vaults, clock } = this.stores;
    const { kept, asOf } = vaults.vaults;
    return kept && asOf !== undefined ? asOfText(asOf, clock.now()) : undefined;
  }

  private vaultRows(fits: (branch: VaultBranch) => boolean): Row[] {
    const { key } = this.stores.engine;
    return this.stores.vaults.branches
      .filter(fits)
      .map((branch) => vaultRow(branch, { key, locationName: this.locationName(branch.vault.location) }));
  }

  private accountRows(): Row[] {
    const { azure, engine } = this.stores;
    const { state, reach } = azure;
    const label = t('Azure cannot be reached. Local vaults keep working.');
    const failed = state.kind === 'failed' ? [{ branch: 'azure', label, failure: state.failure }] : [];
    return [
      ...failureRows(engine.key, failed),
      ...(reach?.people ?? []).map((person) =>
        accountRow(person, { key: engine.key, subscriptions: this.linksOf(person.id).length }),
      ),
    ];
  }

  /** The tenants of an account that could not be looked into, then its subscriptions. */
  private belowAccount(accountId: string): Row[] {
    const { azure, engine, vaults } = this.stores;
    const { key } = engine;
    const troubled = azure.troubled.filter(({ person }) => person.id === accountId);
    return [
      ...troubled.flatMap((tenant) => tenantRow(tenant, key) ?? []),
      ...this.linksOf(accountId).map((link) => {
        const listed = vaults.of(link).value;
        return subscriptionRow(link.subscription, { key, ...(listed ? { vaults: listed.length } : {}) });
      }),
    ];
  }

  private linksOf(accountId: string): SubscriptionLink[] {
    return this.stores.links.subscriptions.filter(({ subscription }) => subscription.person.id === accountId);
  }

  private isIn(armId: string, subscriptionId: string): boolean {
    const link = this.stores.links.subscriptions.find(({ subscription }) => subscription.id === subscriptionId);
    return link?.owns(armId) ?? false;
  }

  private below(vaultId: string): Row[] {
    const branch = this.stores.vaults.branch(vaultId);
    const { key } = this.stores.engine;
    if (!branch) return [];
    const deleted = vaultDeletedRow(branch, key);
    return [vaultItemsRow(branch, key), vaultPoliciesRow(branch, key), ...(deleted ? [deleted] : [])];
  }

  private async items(vaultId: string): Promise<Row[]> {
    const rows = await this.machinesIn(vaultId, 'vault', ({ item }) => !item?.softDeleted);
    const failure = this.stores.vaults.branch(vaultId)?.items.failure;
    const failed = { branch: vaultId, label: t('Could not list protected VMs'), failure };
    return [...failureRows(this.stores.engine.key, [failed]), ...rows];
  }

  private async policies(vaultId: string): Promise<Row[]> {
    const { vaults, engine, clock, links } = this.stores;
    await vaults.ensurePolicies(vaultId);
    const branch = vaults.branch(vaultId);
    const part = branch?.policies;
    const options = { key: engine.key, now: clock.now(), provider: links.provider(vaultId), canWrite: !branch?.heldBy };
    const failed = { branch: vaultId, label: t('Could not list policies'), failure: part?.failure };
    return [...failureRows(engine.key, [failed]), ...(part?.value ?? []).map((policy) => policyRow(policy, options))];
  }

  private async machinesOf(vaultId: string, policyId: string): Promise<Row[]> {
    return this.machinesIn(vaultId, 'policy', ({ item }) => sameId(item?.policyId ?? '', policyId));
  }

  private async machinesIn(vaultId: string, scope: string, fits: (machine: MachineFacts) => boolean): Promise<Row[]> {
    const { vaults, machines, links } = this.stores;
    await Promise.all([vaults.ensureItems(vaultId), machines.ensureLink(links.of(vaultId))]);
    const options = { key: this.stores.engine.key, now: this.stores.clock.now(), scope };
    const own = knownMachines(this.stores).filter(
      (machine) => machine.vault && sameId(machine.vault.id, vaultId) && fits(machine),
    );
    return inTurns(own, (machine) => machineRow(machine, options));
  }

  private locationName(name: string): string {
    const location = this.stores.vaults.locations.value?.find((known) => sameLocation(known.name, name));
    return location ? placeName(location) : name;
  }
}

/** A machine stands under its vault and under its policy; its rows keep the two apart by the second part of the id. */
function scopeOf(row: Row): string {
  return row.id.split('|')[1] ?? 'vault';
}
