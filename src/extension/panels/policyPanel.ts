import { policyNameProblem, sameName } from '../../domain/names';
import type { BackupPolicy } from '../../domain/policy';
import { newPolicyTemplate } from '../../domain/policyDefaults';
import { policyProblems } from '../../domain/policyRules';
import { type Prices, sumGrowth } from '../../domain/storageEstimate';
import { ianaToWindows, timeZoneChoices } from '../../domain/timeZones';
import type { VaultPolicy } from '../../domain/views';
import {
  type AgreedImpact,
  type NamedPolicy,
  type PolicyImpact,
  type PolicyProblem,
  type PolicyRequest,
  type PolicyResult,
  type PolicySnapshot,
  policyProtocol,
} from '../../messages/policy';
import { policyStrings } from '../../messages/policyStrings';
import { ChangeRates } from '../model/changeRates';
import { failureText } from '../model/failure';
import { findById, lastName, sameId } from '../model/ids';
import { type Life, Lives, Signal } from '../model/life';
import type { MachineFacts } from '../model/machineFacts';
import { policyImpact } from '../model/policyImpact';
import { ensureWorld, knownMachines, type Stores } from '../model/stores';
import { t } from '../text';
import type { PanelContent, PanelController, PanelKind } from './panelController';

const FIRST_TIME = '02:00';

type Outcome = VaultPolicy | undefined;

/** What a form is opened for: a new policy of a vault, or one that is there. */
export interface PolicyFormKey {
  readonly vaultId: string;
  readonly policyId?: string;
}

/** The policy form, and those who wait for what is saved in it. */
export class PolicyForm {
  private waiting: { key: PolicyFormKey; resolve: (outcome: Outcome) => void } | undefined;

  private readonly rates: ChangeRates;

  constructor(
    private readonly stores: Stores,
    private readonly prices: () => Prices = () => ({}),
  ) {
    this.rates = new ChangeRates(stores);
  }

  readonly kind: PanelKind<PolicySnapshot, PolicyRequest, PolicyResult> = {
    name: 'policy',
    protocol: policyProtocol,
    strings: policyStrings,
    control: ({ vaultId, policyId }) => {
      if (vaultId === undefined) return undefined;
      const key = { vaultId, ...(policyId === undefined ? {} : { policyId }) };
      const { rates, prices } = this;
      return new PolicyController(this.stores, { key, rates, prices, settle: (outcome) => this.settle(key, outcome) });
    },
  };

  /** Waits until the form that was opened for this is saved or closed. */
  outcome(key: PolicyFormKey): Promise<Outcome> {
    this.waiting?.resolve(undefined);
    return new Promise((resolve) => {
      this.waiting = { key, resolve };
    });
  }

  private settle(key: PolicyFormKey, outcome: Outcome): void {
    if (!this.waiting || !isSameForm(this.waiting.key, key)) return;
    this.waiting.resolve(outcome);
    this.waiting = undefined;
  }
}

function isSameForm(a: PolicyFormKey, b: PolicyFormKey): boolean {
  return sameId(a.vaultId, b.vaultId) && sameId(a.policyId ?? '', b.policyId ?? '');
}

/** The form for a new policy of one vault, or for one that is saved already. */
export class PolicyController implements PanelController<PolicySnapshot, PolicyRequest, PolicyResult> {
  private readonly newDraft = firstDraft();
  private readonly timeZones = timeZoneChoices();
  private readonly measured = new Signal();

  constructor(
    private readonly stores: Stores,
    private readonly form: {
      readonly key: PolicyFormKey;
      readonly rates: ChangeRates;
      readonly prices: () => Prices;
      readonly settle: (outcome: Outcome) => void;
    },
  ) {}

  private get key(): PolicyFormKey {
    return this.form.key;
  }

  policyZone(): string | undefined {
    return this.edited?.rule?.timeZone;
  }

  get title(): string {
    const { policyId } = this.key;
    return policyId === undefined ? t('Create policy') : t('Edit policy {0}', this.edited?.name ?? lastName(policyId));
  }

  private get vaultId(): string {
    return this.key.vaultId;
  }

  content(): PanelContent<PolicySnapshot> {
    const { vaults, clock, links } = this.stores;
    const branch = vaults.branch(this.vaultId);
    const listed = vaults.of(links.of(this.vaultId));
    const failure = listed.failure ?? branch?.policies.failure;
    if (failure) return { kind: 'notice', sentence: t('The form cannot be shown. {0}', failureText(failure)) };
    if (!branch) {
      return listed.value
        ? {
            kind: 'notice',
            sentence: t('The vault {0} does not exist any more. Close this page.', lastName(this.vaultId)),
          }
        : { kind: 'notice', sentence: t('Reading the vault…') };
    }
    const sentence = this.unfit(branch.policies.value);
    if (sentence !== undefined) return { kind: 'notice', sentence };
    const { edited } = this;
    const data: PolicySnapshot = {
      mode: edited ? 'edit' : 'create',
      vaultName: branch.vault.name,
      usedBy: edited?.protectedItems ?? 0,
      existingNames: this.existingNames(),
      draft: edited?.rule ? { name: edited.name, policy: edited.rule } : this.newDraft,
      timeZones: this.timeZones,
      ...this.estimateBasis(),
      now: clock.now(),
    };
    return { kind: 'snapshot', data };
  }

  async load(): Promise<void> {
    await this.stores.vaults.ensure();
    await this.stores.vaults.ensureVault(this.vaultId);
    await this.measure();
  }

  async handle(request: PolicyRequest): Promise<PolicyResult> {
    if (request.action === 'cancel') {
      this.form.settle(undefined);
      return { outcome: 'done' };
    }
    const problems = this.problemsOf(request.draft);
    if (problems.length > 0) return { outcome: 'problems', problems };
    const name = this.edited?.name ?? request.draft.name;
    const policy = this.ruleOf(request.draft);
    const impact = await this.impactOf(policy);
    if (request.action === 'preview' || !isAgreed(impact, request.agreed)) return { outcome: 'impact', impact };
    const saved = await this.stores.links
      .of(this.vaultId)
      .run((client) => client.savePolicy(this.vaultId, name, policy));
    this.form.settle(saved);
    // Behind the answer, so that the page does not see its own name as taken before it closes.
    void this.stores.vaults.refreshVault(this.vaultId);
    return { outcome: 'done' };
  }

  closesAfter(result: PolicyResult): boolean {
    return result.outcome === 'done';
  }

  onDidChange(listener: () => void): Life {
    const lives = new Lives();
    lives.own(this.stores.vaults.onDidChange(listener));
    lives.own(this.measured.on(listener));
    return lives;
  }

  dispose(): void {
    this.form.settle(undefined);
    this.measured.dispose();
  }

  /** The machines that use the edited policy; none of a new one. */
  private get users(): readonly MachineFacts[] {
    const { policyId } = this.key;
    return policyId === undefined
      ? []
      : knownMachines(this.stores).filter(
          ({ item }) => item?.policyId !== undefined && sameId(item.policyId, policyId),
        );
  }

  private estimateBasis(): Pick<PolicySnapshot, 'growth' | 'prices'> {
    const growth = sumGrowth(this.users.map(this.form.rates.of));
    return growth ? { growth, prices: this.form.prices() } : {};
  }

  /** Behind the form: an estimate is an extra that nobody waits for. */
  private async measure(): Promise<void> {
    if (this.key.policyId === undefined) return;
    await ensureWorld(this.stores);
    if (await this.form.rates.read(this.users)) this.measured.fire();
  }

  /** The policy that is edited; `undefined` in the form for a new one, and while it is not read. */
  private get edited(): VaultPolicy | undefined {
    const { policyId } = this.key;
    return policyId === undefined ? undefined : findById(this.policies, policyId);
  }

  private get policies(): readonly VaultPolicy[] {
    return this.stores.vaults.branch(this.vaultId)?.policies.value ?? [];
  }

  /** Why the form cannot show the policy it was opened for, as a sentence. */
  private unfit(known: readonly VaultPolicy[] | undefined): string | undefined {
    const { policyId } = this.key;
    if (policyId === undefined) return undefined;
    if (!known) return t('Reading the vault…');
    const name = lastName(policyId);
    if (!this.edited) return t('The policy {0} does not exist any more. Close this page.', name);
    return this.edited.rule
      ? undefined
      : t('The form does not show policies of the kind of {0}. Change it with the az CLI.', name);
  }

  /** The rule that is saved: what the form does not show of an edited policy stays as it was. */
  private ruleOf({ policy }: NamedPolicy): BackupPolicy {
    return { ...this.edited?.rule, ...policy };
  }

  private async impactOf(rule: BackupPolicy): Promise<PolicyImpact> {
    const { edited } = this;
    return edited ? policyImpact(this.stores, edited, rule) : { removed: 0, uncounted: 0, machines: [] };
  }

  private existingNames(): string[] {
    return this.policies.map(({ name }) => name).filter((name) => name !== this.edited?.name);
  }

  private problemsOf({ name, policy }: NamedPolicy): PolicyProblem[] {
    const nameRule = policyNameProblem(name);
    const taken = this.existingNames().some((existing) => sameName(existing, name));
    return [
      ...(nameRule ? [{ code: nameRule.code, target: 'name', message: nameRule.message }] : []),
      ...(taken
        ? [{ code: 'NameTaken', target: 'name', message: t('The vault already has a policy named {0}.', name) }]
        : []),
      ...policyProblems(policy),
    ];
  }
}

function isAgreed({ removed, uncounted }: PolicyImpact, agreed: AgreedImpact): boolean {
  return removed === agreed.removed && uncounted === agreed.uncounted;
}

function firstDraft(): NamedPolicy {
  const here = ianaToWindows(new Intl.DateTimeFormat().resolvedOptions().timeZone);
  return { name: '', policy: newPolicyTemplate({ time: FIRST_TIME, timeZone: here ?? 'UTC' }) };
}
