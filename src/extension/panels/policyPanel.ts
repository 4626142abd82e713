import { policyNameProblem, sameName } from '../../domain/names';
import { newPolicyTemplate } from '../../domain/policyDefaults';
import { policyProblems } from '../../domain/policyRules';
import { ianaToWindows, timeZoneChoices } from '../../domain/timeZones';
import type { VaultPolicy } from '../../domain/views';
import {
  type NamedPolicy,
  type PolicyProblem,
  type PolicyRequest,
  type PolicyResult,
  type PolicySnapshot,
  policyProtocol,
} from '../../messages/policy';
import { policyStrings } from '../../messages/policyStrings';
import { failureText } from '../model/failure';
import { lastName, sameId } from '../model/ids';
import type { Life } from '../model/life';
import type { Stores } from '../model/stores';
import { t } from '../text';
import type { PanelContent, PanelController, PanelKind } from './panelController';

const FIRST_TIME = '02:00';

type Outcome = VaultPolicy | undefined;

/** The policy form, and those who wait for what is saved in it. */
export class PolicyForm {
  private waiting: { vaultId: string; resolve: (outcome: Outcome) => void } | undefined;

  constructor(private readonly stores: Stores) {}

  readonly kind: PanelKind<PolicySnapshot, PolicyRequest, PolicyResult> = {
    name: 'policy',
    protocol: policyProtocol,
    strings: policyStrings,
    control: ({ vaultId }) =>
      vaultId === undefined
        ? undefined
        : new PolicyController(this.stores, vaultId, (outcome) => this.settle(vaultId, outcome)),
  };

  /** Waits until the form of this vault is saved or closed. */
  outcome(vaultId: string): Promise<Outcome> {
    this.waiting?.resolve(undefined);
    return new Promise((resolve) => {
      this.waiting = { vaultId, resolve };
    });
  }

  private settle(vaultId: string, outcome: Outcome): void {
    if (!this.waiting || !sameId(this.waiting.vaultId, vaultId)) return;
    this.waiting.resolve(outcome);
    this.waiting = undefined;
  }
}

/** The form for a new policy of one vault. */
export class PolicyController implements PanelController<PolicySnapshot, PolicyRequest, PolicyResult> {
  readonly title = t('Create policy');
  private readonly draft = firstDraft();
  private readonly timeZones = timeZoneChoices();

  constructor(
    private readonly stores: Stores,
    private readonly vaultId: string,
    private readonly settle: (outcome: Outcome) => void,
  ) {}

  content(): PanelContent<PolicySnapshot> {
    const { vaults, clock } = this.stores;
    const branch = vaults.branch(this.vaultId);
    const failure = vaults.vaults.failure ?? branch?.policies.failure;
    if (failure) return { kind: 'notice', sentence: t('The form cannot be shown. {0}', failureText(failure)) };
    if (!branch) {
      return vaults.vaults.value
        ? {
            kind: 'notice',
            sentence: t('The vault {0} does not exist any more. Close this page.', lastName(this.vaultId)),
          }
        : { kind: 'notice', sentence: t('Reading the vault…') };
    }
    const data: PolicySnapshot = {
      mode: 'create',
      vaultName: branch.vault.name,
      existingNames: this.existingNames(),
      draft: this.draft,
      timeZones: this.timeZones,
      now: clock.now(),
    };
    return { kind: 'snapshot', data };
  }

  async load(): Promise<void> {
    await this.stores.vaults.ensure();
    await this.stores.vaults.ensureVault(this.vaultId);
  }

  async handle(request: PolicyRequest): Promise<PolicyResult> {
    if (request.action === 'cancel') {
      this.settle(undefined);
      return { outcome: 'done' };
    }
    const problems = this.problemsOf(request.draft);
    if (problems.length > 0) return { outcome: 'problems', problems };
    const { name, policy } = request.draft;
    const saved = await this.stores.engine.run((client) => client.savePolicy(this.vaultId, name, policy));
    this.settle(saved);
    // Behind the answer, so that the page does not see its own name as taken before it closes.
    void this.stores.vaults.refreshVault(this.vaultId);
    return { outcome: 'done' };
  }

  closesAfter(result: PolicyResult): boolean {
    return result.outcome === 'done';
  }

  onDidChange(listener: () => void): Life {
    return this.stores.vaults.onDidChange(listener);
  }

  dispose(): void {
    this.settle(undefined);
  }

  private existingNames(): string[] {
    return (this.stores.vaults.branch(this.vaultId)?.policies.value ?? []).map(({ name }) => name);
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

function firstDraft(): NamedPolicy {
  const here = ianaToWindows(new Intl.DateTimeFormat().resolvedOptions().timeZone);
  return { name: '', policy: newPolicyTemplate({ time: FIRST_TIME, timeZone: here ?? 'UTC' }) };
}
