import type { AzureConnection } from '../../client/azure/azureConnection';
import type { AzureAccount, AzureSubscription, Reach, Tenant } from '../azure/account';
import { joinReach, shownSubscriptions } from '../azure/reach';
import { AzureLink } from './azureLink';
import { AzureLinks, type AzureLinksOptions } from './azureLinks';
import { type Failure, failureOf } from './failure';
import type { AzureKeep } from './keptAzure';
import { type Life, Lives, Signal } from './life';
import type { Memory } from './memory';
import { OpenRecoveries } from './openRecoveries';
import type { PendingOperations } from './pendingOperations';
import type { Pace } from './pollPace';

/** Whether somebody signed in in an earlier window and did not sign out since. */
const USED = 'azure.used';

export type AzureState =
  | { readonly kind: 'signedOut' }
  /** `reach` is what was seen before. */
  | { readonly kind: 'looking'; readonly reach?: Reach }
  | { readonly kind: 'signedIn'; readonly reach: Reach }
  /** `reach` is what was seen before. */
  | { readonly kind: 'failed'; readonly failure: Failure; readonly reach?: Reach };

/** Which subscriptions to show; empty while the person has not chosen: all. */
export interface ChosenSubscriptions {
  get(): readonly string[];
  set(ids: readonly string[]): Promise<void>;
}

export interface AzureOptions extends Omit<AzureLinksOptions, 'make' | 'changed'> {
  /** Loads sign-in, which is not needed before the first use of Azure. */
  readonly account: () => Promise<AzureAccount>;
  readonly open: (
    subscription: AzureSubscription,
    account: AzureAccount,
    watch: PendingOperations,
  ) => Promise<AzureConnection>;
  readonly keep: AzureKeep;
  readonly memory: Memory;
  readonly chosen: ChosenSubscriptions;
  readonly enabled: () => boolean;
  readonly pending: PendingOperations;
  /** Is told of what an earlier window has begun once it has ended: of the job that it started, if it started one. */
  readonly resumed: (jobId: string | undefined) => void;
  readonly pace: () => Pace;
  /** ms UTC. */
  readonly now: () => number;
}

/** Who is signed in to Azure, and which of their subscriptions are shown. */
export class Azure implements Life {
  private readonly changed = new Signal();
  private readonly lives = new Lives();
  private current: AzureState = { kind: 'signedOut' };
  private account: Promise<AzureAccount> | undefined;
  private readonly shown: AzureLinks;
  private restoring: Promise<void> | undefined;
  /** How many looks were begun or ended: what an older one finds is out of date. */
  private looks = 0;
  /** The look that is under way. @see readReach */
  private looking: Promise<boolean> | undefined;

  /** The recovery points whose disks are connected. */
  readonly recoveries: OpenRecoveries;

  constructor(private readonly options: AzureOptions) {
    this.recoveries = new OpenRecoveries(options.memory, options.now);
    this.shown = new AzureLinks({
      ...options,
      make: (subscription) => this.linkTo(subscription),
      changed: () => this.changed.fire(),
      looked: (links) => {
        options.looked(links);
        this.resume();
      },
    });
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
    return this.current.kind === 'signedOut' ? undefined : this.current.reach;
  }

  /** Ids of the subscriptions that were chosen; none while nobody chose. */
  get chosen(): readonly string[] {
    return this.options.chosen.get();
  }

  /** The tenants whose subscriptions are not shown, and why. */
  get troubled(): readonly Tenant[] {
    return (this.reach?.tenants ?? []).flatMap((tenant): Tenant[] => {
      if (tenant.problem) return [tenant];
      return this.shown.isReading(tenant) ? [{ ...tenant, problem: 'reading' }] : [];
    });
  }

  /**
   * Shows again what an earlier window showed, at once as it was then, and then as it is now, without asking anybody. Does it
   * once; a second call waits for the first.
   */
  restore(): Promise<void> {
    if (!this.wanted) return Promise.resolve();
    this.restoring ??= this.restoreOnce();
    return this.restoring;
  }

  /**
   * Asks the person to sign in, to one tenant if it is named, and shows what they see.
   * @param choose asks which subscriptions to show, and is called before anything is read of them
   * @returns whether they signed in
   */
  async signIn(tenant?: Tenant, choose?: (reach: Reach) => Promise<void>): Promise<boolean> {
    const account = await this.ensureAccount();
    if (!(await account.signIn(tenant))) return false;
    this.options.memory.set(USED, true);
    // Whatever an earlier window showed, this shows what there is now.
    this.restoring ??= Promise.resolve();
    if (!(await this.readReach())) return true;
    try {
      if (choose && this.reach) await choose(this.reach);
    } finally {
      await this.showChosen();
    }
    return true;
  }

  /** Forgets who signed in, what they chose and what was read. VS Code itself keeps its accounts. */
  async signOut(): Promise<void> {
    this.options.memory.set(USED, undefined);
    this.options.pending.clear();
    this.recoveries.clear();
    const { account } = this;
    this.account = undefined;
    this.lives.dispose();
    this.hide();
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
    this.endLook();
    this.restoring = undefined;
    this.current = { kind: 'signedOut' };
    this.shown.clear();
  }

  /** Looks again at what can be seen, unless nobody is signed in. What is new is shown once it was read. */
  async refresh(): Promise<void> {
    if (!this.wanted) return;
    if (await (this.looking ?? this.readReach())) void this.showChosen();
  }

  /** Where the portal shows a resource; nothing while nobody is signed in. */
  async portalUrl(armId: string): Promise<string | undefined> {
    const link = this.options.links.subscriptions.find((one) => one.owns(armId));
    if (!link) return undefined;
    const { portalUrl } = (await this.ensureAccount()).cloud();
    return `${portalUrl}/#@${link.subscription.tenantId}/resource${encodeURI(armId)}`;
  }

  /** Shows the chosen subscriptions, each tenant's as soon as it is known what is in them; ends when all are shown. */
  async showChosen(): Promise<void> {
    await this.shown.show(this.reach ? shownSubscriptions(this.reach, this.chosen) : []);
    this.resume();
  }

  dispose(): void {
    this.endLook();
    this.shown.dispose();
    this.lives.dispose();
    this.account?.then((open) => open.dispose()).catch(() => undefined);
    this.changed.dispose();
  }

  private get wanted(): boolean {
    return this.options.memory.get(USED) === true && this.options.enabled();
  }

  private async restoreOnce(): Promise<void> {
    const begun = this.looks;
    const kept = await this.options.keep.load();
    // Somebody may have signed in or out meanwhile, or switched Azure off.
    if (begun !== this.looks) return;
    if (kept && this.current.kind === 'signedOut') {
      this.current = { kind: 'signedIn', reach: kept };
      this.shown.showRemembered(shownSubscriptions(kept, this.chosen), kept.lists);
    }
    if (await this.readReach()) await this.showChosen();
  }

  /** Goes on following what an earlier window, or this one, began and could not follow to its end. */
  private resume(): void {
    const { links, log, pending, resumed } = this.options;
    void pending.resume(links, log, resumed);
  }

  private linkTo(subscription: AzureSubscription): AzureLink {
    const { open: connect, pending } = this.options;
    const open = async (one: AzureSubscription) => connect(one, await this.ensureAccount(), pending);
    return new AzureLink(subscription, open, this.options.pace);
  }

  /**
   * Looks at who is signed in and what they see. A look that began before this one did not see who signed in since, so that it
   * waits for this one.
   * @returns whether it is known; not if this look was ended, by signing out for example
   */
  private readReach(): Promise<boolean> {
    this.looks += 1;
    const looking = this.readReachOnce(this.looks).finally(() => {
      if (this.looking === looking) this.looking = undefined;
    });
    this.looking = looking;
    return looking;
  }

  private async readReachOnce(look: number): Promise<boolean> {
    const before = this.reach && { reach: this.reach };
    if (this.current.kind !== 'signedIn') this.set({ kind: 'looking', ...before });
    const isNewest = () => look === this.looks;
    const newest = async () => this.looking ?? this.reach !== undefined;
    try {
      const account = await this.ensureAccount();
      const reach = joinReach(await account.look(), before?.reach.people ?? []);
      if (!isNewest()) return await newest();
      const isAnybody = reach.people.length > 0;
      this.set(isAnybody ? { kind: 'signedIn', reach } : { kind: 'signedOut' });
      if (!isAnybody) await this.options.keep.forget();
      return isNewest() || (await newest());
    } catch (error) {
      if (!isNewest()) return newest();
      const failure = failureOf(error);
      this.options.log.warn(`Azure: ${failure.message}`);
      this.set({ kind: 'failed', failure, ...before });
      return false;
    }
  }

  private endLook(): void {
    this.looks += 1;
    this.looking = undefined;
  }

  private ensureAccount(): Promise<AzureAccount> {
    this.account ??= this.options.account().then((account) => {
      this.lives.own(account.onDidChange(() => void this.lookAnew()));
      return account;
    });
    return this.account;
  }

  /** Somebody signed in or out elsewhere in VS Code. */
  private async lookAnew(): Promise<void> {
    if (this.wanted && (await this.readReach())) await this.showChosen();
  }

  private set(state: AzureState): void {
    this.current = state;
    this.changed.fire();
  }
}
