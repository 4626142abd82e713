import type { AzureConnection } from '../../client/azure/azureConnection';
import type { Coverage } from '../../client/azure/coverage';
import type { AzureAccount, AzureSubscription, Reach, Tenant } from '../azure/account';
import { joinReach, shownSubscriptions } from '../azure/reach';
import { AzureLink } from './azureLink';
import { type Failure, failureOf } from './failure';
import type { AzureKeep, KeptLists } from './keptAzure';
import { type Life, Lives, Signal } from './life';
import type { Links } from './links';
import type { Log } from './log';
import type { Memory } from './memory';
import { OpenRecoveries } from './openRecoveries';
import type { PendingOperations } from './pendingOperations';
import type { Pace } from './pollPace';

/** Whether somebody signed in in an earlier window and did not sign out since. */
const USED = 'azure.used';

export type AzureState =
  | { readonly kind: 'signedOut' }
  | { readonly kind: 'looking' }
  | { readonly kind: 'signedIn'; readonly reach: Reach }
  /** `reach` is what was seen before. */
  | { readonly kind: 'failed'; readonly failure: Failure; readonly reach?: Reach };

/** Which subscriptions to show; empty while the person has not chosen: all. */
export interface ChosenSubscriptions {
  get(): readonly string[];
  set(ids: readonly string[]): Promise<void>;
}

export interface AzureOptions {
  /** Loads sign-in, which is not needed before the first use of Azure. */
  readonly account: () => Promise<AzureAccount>;
  readonly open: (
    subscription: AzureSubscription,
    account: AzureAccount,
    watch: PendingOperations,
  ) => Promise<AzureConnection>;
  /** Reads vaults, machines and protected items of several subscriptions at once. */
  readonly cover: (connections: readonly AzureConnection[]) => Promise<Coverage>;
  /** Takes what was read of a subscription, before its link is among the others. */
  readonly covered: (link: AzureLink, coverage: Coverage) => void;
  /** Takes what an earlier window saw of a subscription, before its link is among the others. */
  readonly remembered: (link: AzureLink, lists: KeptLists) => void;
  /** Is told once it is known again what is in these subscriptions, as far as it could be read together. */
  readonly looked: (links: readonly AzureLink[]) => void;
  readonly keep: AzureKeep;
  readonly links: Links;
  readonly memory: Memory;
  readonly chosen: ChosenSubscriptions;
  readonly enabled: () => boolean;
  readonly pending: PendingOperations;
  /** Is told of what an earlier window has begun once it has ended: of the job that it started, if it started one. */
  readonly resumed: (jobId: string | undefined) => void;
  readonly pace: () => Pace;
  readonly log: Log;
  /** ms UTC. */
  readonly now: () => number;
}

/** Who is signed in to Azure, and which of their subscriptions are shown. */
export class Azure implements Life {
  private readonly changed = new Signal();
  private readonly lives = new Lives();
  private current: AzureState = { kind: 'signedOut' };
  private account: Promise<AzureAccount> | undefined;
  /** The links that are shown, or will be once it is known what is in them. */
  private made: readonly AzureLink[] = [];
  /** Those of them that show what an earlier window saw. */
  private readonly remembered = new Set<AzureLink>();
  private restoring: Promise<void> | undefined;
  private looking: Promise<void> | undefined;

  /** The recovery points whose disks are connected. */
  readonly recoveries: OpenRecoveries;

  constructor(private readonly options: AzureOptions) {
    this.recoveries = new OpenRecoveries(options.memory, options.now);
  }

  readonly onDidChange = this.changed.on;

  get state(): AzureState {
    return this.current;
  }

  get enabled(): boolean {
    return this.options.enabled();
  }

  /** Everything that the signed-in people see, as far as it is known. */
  get reach(): Reach | undefined {
    const { current } = this;
    return current.kind === 'signedIn' || current.kind === 'failed' ? current.reach : undefined;
  }

  /** Ids of the subscriptions that were chosen; none while nobody chose. */
  get chosen(): readonly string[] {
    return this.options.chosen.get();
  }

  /** The tenants whose subscriptions are not known, and why. */
  get troubled(): readonly Tenant[] {
    return (this.reach?.tenants ?? []).filter(({ problem }) => problem);
  }

  /**
   * Shows again what an earlier window showed, at once as it was then, and then as it is now, without asking anybody. Does it
   * once; a second call waits for the first.
   */
  restore(): Promise<void> {
    if (!this.options.enabled() || this.options.memory.get(USED) !== true) return Promise.resolve();
    this.restoring ??= this.restoreOnce();
    return this.restoring;
  }

  /**
   * Asks the person to sign in, to one tenant if it is named, and shows what they see.
   * @returns whether they signed in
   */
  async signIn(tenant?: Tenant): Promise<boolean> {
    const account = await this.ensureAccount();
    if (!(await account.signIn(tenant))) return false;
    this.options.memory.set(USED, true);
    await this.look();
    return true;
  }

  /** Forgets who signed in, what they chose and what was read. VS Code itself keeps its accounts. */
  async signOut(): Promise<void> {
    this.options.memory.set(USED, undefined);
    this.options.pending.clear();
    this.recoveries.clear();
    this.show([]);
    const { account } = this;
    this.account = undefined;
    this.restoring = undefined;
    this.lives.dispose();
    this.set({ kind: 'signedOut' });
    await this.options.keep.forget();
    await this.options.chosen.set([]);
    await account?.then(
      (open) => open.dispose(),
      () => undefined,
    );
  }

  /** Shows these subscriptions from now on. */
  async choose(ids: readonly string[]): Promise<void> {
    await this.options.chosen.set(ids);
    await this.showChosen();
  }

  /** Shows nothing of Azure until it is restored. */
  hide(): void {
    this.restoring = undefined;
    this.show([]);
    this.set({ kind: 'signedOut' });
  }

  /** Looks again at what can be seen, unless nobody is signed in. */
  async refresh(): Promise<void> {
    if (this.options.memory.get(USED) === true && this.options.enabled()) await this.look();
  }

  /** Where the portal shows a resource; nothing while nobody is signed in. */
  async portalUrl(armId: string): Promise<string | undefined> {
    const link = this.options.links.subscriptions.find((one) => one.owns(armId));
    if (!link) return undefined;
    const { portalUrl } = (await this.ensureAccount()).cloud();
    return `${portalUrl}/#@${link.subscription.tenantId}/resource${encodeURI(armId)}`;
  }

  /**
   * Shows the chosen subscriptions. Those that are shown already keep their links; new ones are shown once it is known what
   * is in them.
   */
  async showChosen(): Promise<void> {
    const { links } = this.options;
    const shown = this.reach ? shownSubscriptions(this.reach, this.chosen) : [];
    const known = new Map(this.made.map((link) => [identity(link.subscription), link]));
    const wanted = shown.map((subscription) => known.get(identity(subscription)) ?? this.linkTo(subscription));
    const added = wanted.filter((link) => !this.made.includes(link) || this.remembered.has(link));
    this.made = wanted;
    await this.cover(added);
    // Somebody may have chosen others, or signed out, meanwhile.
    if (this.made !== wanted) return;
    for (const link of added) this.remembered.delete(link);
    links.setAzure(wanted);
    this.changed.fire();
    if (added.length > 0) this.options.looked(added);
  }

  dispose(): void {
    this.lives.dispose();
    this.account?.then((open) => open.dispose()).catch(() => undefined);
    this.changed.dispose();
  }

  private async restoreOnce(): Promise<void> {
    await this.showRemembered();
    await this.look();
    void this.resume();
  }

  /** What an earlier window saw, while nothing newer is known. */
  private async showRemembered(): Promise<void> {
    const kept = await this.options.keep.load();
    if (!kept || this.current.kind !== 'signedOut' || this.options.memory.get(USED) !== true) return;
    const lists = new Map(kept.lists.map((one) => [one.subscriptionId, one]));
    const links = shownSubscriptions(kept, this.chosen).map((subscription) => this.linkTo(subscription));
    for (const link of links) {
      const own = lists.get(link.subscription.id);
      if (!own) continue;
      this.remembered.add(link);
      this.options.remembered(link, own);
    }
    this.current = { kind: 'signedIn', reach: kept };
    this.show(links.filter((link) => this.remembered.has(link)));
    this.changed.fire();
  }

  /** Shows these links and no others. */
  private show(links: readonly AzureLink[]): void {
    this.made = links;
    if (links.length === 0) this.remembered.clear();
    this.options.links.setAzure(links);
  }

  private async resume(): Promise<void> {
    const { links, log, pending, resumed } = this.options;
    await pending.resume(links, log, resumed);
  }

  private linkTo(subscription: AzureSubscription): AzureLink {
    const { open: connect, pending } = this.options;
    const open = async (one: AzureSubscription) => connect(one, await this.ensureAccount(), pending);
    return new AzureLink(subscription, open, this.options.pace);
  }

  /** What cannot be read together is read list by list, and fails there in its own words. */
  private async cover(added: readonly AzureLink[]): Promise<void> {
    if (added.length === 0) return;
    try {
      const coverage = await this.options.cover(await Promise.all(added.map((link) => link.connection())));
      for (const link of added) this.options.covered(link, coverage);
    } catch (error) {
      this.options.log.warn(`Azure coverage: ${failureOf(error).message}`);
    }
  }

  private look(): Promise<void> {
    this.looking ??= this.lookOnce().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  private async lookOnce(): Promise<void> {
    if (this.current.kind !== 'signedIn') this.set({ kind: 'looking' });
    const account = this.ensureAccount();
    // Somebody who signs out meanwhile is not shown what they no longer want to see.
    const over = () => this.account !== account;
    try {
      const reach = joinReach(await (await account).look());
      if (over()) return;
      this.current = reach.people.length === 0 ? { kind: 'signedOut' } : { kind: 'signedIn', reach };
      if (reach.people.length === 0) await this.options.keep.forget();
      await this.showChosen();
    } catch (error) {
      if (over()) return;
      const failure = failureOf(error);
      this.options.log.warn(`Azure: ${failure.message}`);
      this.set({ kind: 'failed', failure, ...(this.reach ? { reach: this.reach } : {}) });
    }
  }

  private ensureAccount(): Promise<AzureAccount> {
    this.account ??= this.options.account().then((account) => {
      this.lives.own(account.onDidChange(() => void this.refresh()));
      return account;
    });
    return this.account;
  }

  private set(state: AzureState): void {
    this.current = state;
    this.changed.fire();
  }
}

function identity({ id, tenantId, person }: AzureSubscription): string {
  return `${person.id}/${tenantId}/${id}`;
}
