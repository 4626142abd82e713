import { sameName } from '../../domain/names';
import type { Machine, Vault, VaultPolicy } from '../../domain/views';
import { enableBackupCli } from '../model/azCli';
import { facts, listText } from '../model/format';
import { findById, sameId } from '../model/ids';
import type { Provider } from '../model/link';
import { goBackWords, policyWords } from '../model/policyView';
import { knownMachine, type Stores } from '../model/stores';
import { heldElsewhere } from '../model/vaultView';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import type { PickItem } from '../ui/prompts';
import { type Candidate, candidatesFor, placeProblem } from './candidates';
import { createVault } from './createVault';
import { backupSpeed, firstBackupWords, growthWords } from './firstBackup';
import { protectMachines } from './protectMachines';
import { askSummary, SUMMARY } from './summary';
import {
  hasProblems,
  type MachineCheck,
  type ValidationAnswers,
  validated,
  validateMachines,
  validationStep,
  validationWords,
} from './validation';
import { answered, runWizard, type StepResult, type Wizard, type WizardStep } from './wizard';

export interface EnableAnswers extends ValidationAnswers {
  /** Where the machines run. */
  readonly provider: Provider;
  readonly policy: VaultPolicy | undefined;
  /** Ids of machines to tick beforehand, then of those that were chosen. */
  readonly machineIds: readonly string[];
  readonly backUpNow: boolean;
  /** Bytes that earlier backups of the vault read in a millisecond, where that is known. */
  readonly speed?: number | undefined;
}

export interface EnableOptions {
  readonly stores: Stores;
  readonly ui: Ui;
  /** Opens the policy form. @returns the saved policy, or `undefined` if it was closed */
  readonly createPolicy: (vaultId: string) => Promise<VaultPolicy | undefined>;
  readonly vaultId?: string | undefined;
  readonly machineIds?: readonly string[];
  /** Suggested for a vault that is created on the way. */
  readonly newVaultName?: string | undefined;
  /** Whether somebody without a vault is only asked to confirm: a new vault, its usual policy, the machines, and a first backup. */
  readonly suggestAll?: boolean;
}

const USUAL_POLICY = 'DefaultPolicy';
const CREATE = 'create' as const;

/** Asks what to protect, in which vault and under which policy; then enables backup. */
export async function enableBackup(options: EnableOptions): Promise<void> {
  const { stores, ui } = options;
  const known = await stores.vaults.known();
  const about = options.vaultId ?? options.machineIds?.[0];
  const none: EnableAnswers = {
    provider: about === undefined ? 'local' : stores.links.provider(about),
    vault: options.vaultId === undefined ? undefined : findById(known, options.vaultId),
    policy: undefined,
    machineIds: options.machineIds ?? [],
    machines: [],
    checks: [],
    backUpNow: false,
  };
  const isFirst = !known.some(({ id }) => stores.links.provider(id) === none.provider);
  const start = options.suggestAll && isFirst ? await suggested(options, none) : none;
  if (!start) return;
  const answers = await runWizard(ui.prompts, enableBackupWizard(options), start, firstStep(start));
  if (!answers?.vault || !answers.policy) return;
  await protectMachines(stores, ui, {
    vault: answers.vault,
    policy: answers.policy,
    machines: answers.machines,
    backUpNow: answers.backUpNow,
  });
}

/** The step to begin with: the first that was not answered. */
function firstStep(start: EnableAnswers): string | undefined {
  if (!start.policy) return undefined;
  return hasProblems(start) ? 'validation' : SUMMARY;
}

/** Every answer of somebody who tries the product, once the vault for it is there; `undefined` if it was not wanted. */
async function suggested(
  { stores, ui, newVaultName }: EnableOptions,
  none: EnableAnswers,
): Promise<EnableAnswers | undefined> {
  const near = none.machineIds.flatMap((id) => knownMachine(stores, id)?.machine ?? [])[0];
  const vault = await createVault(stores, ui, { near, suggested: true, ...(newVaultName && { name: newVaultName }) });
  if (!vault) return undefined;
  const { policies, checks } = await ui.progress(t('Searching for machines'), async (report, signal) => {
    const candidates = await candidatesFor(stores, vault, signal);
    const wanted = candidates.filter(
      ({ machine, problem }) => problem === undefined && none.machineIds.some((id) => sameId(id, machine.id)),
    );
    return {
      policies: await policiesOf(stores, vault.id, signal),
      checks: await validateMachines(stores, vault, wanted, { signal, report }),
    };
  });
  const policy = policies.find(({ name }) => sameName(name, USUAL_POLICY));
  return validated({ ...none, vault, policy: checks.length > 0 ? policy : undefined, backUpNow: true }, checks);
}

/** The questions of **Enable Backup**. */
export function enableBackupWizard(options: EnableOptions): Wizard<EnableAnswers> {
  return {
    title: t('Enable backup'),
    steps: [
      goalStep(options),
      vaultStep(options),
      policyStep(options),
      machinesStep(options),
      validationStep(options.stores),
      summaryStep(options.ui),
    ],
  };
}

const goalStep = ({ stores }: EnableOptions): WizardStep<EnableAnswers> => ({
  name: 'goal',
  ask: async (ui, state) => {
    const here: PickItem<Provider> = {
      value: 'local',
      label: t('$(vm) Virtual machines on this computer'),
      detail: t('Runs on: this computer. Backs up: virtual machines with all their disks.'),
    };
    const azure: PickItem<Provider> = {
      value: 'azure',
      label: t('$(azure) Virtual machines in Azure'),
      detail: t('Runs on: Azure. Backs up: virtual machines with all their disks.'),
    };
    const answer = await ui.pick<Provider>({
      placeholder: t('Backup goal: where does the workload run, and what do you want to back up?'),
      items: stores.links.subscriptions.length === 0 ? [here] : [here, azure],
      preset: (provider) => provider === state.provider,
    });
    return answered(answer, (provider) =>
      provider === state.provider
        ? state
        : { ...state, provider, vault: undefined, policy: undefined, machineIds: [], machines: [], checks: [] },
    );
  },
});

function vaultStep({ stores, ui, newVaultName }: EnableOptions): WizardStep<EnableAnswers> {
  const create = async (state: EnableAnswers): Promise<StepResult<EnableAnswers> | undefined> => {
    const [first] = state.machineIds;
    const vault = await createVault(stores, ui, {
      canLeave: true,
      provider: state.provider,
      near: first === undefined ? undefined : knownMachine(stores, first)?.machine,
      ...(newVaultName ? { name: newVaultName } : {}),
    });
    return vault && { kind: 'next', state: { ...state, vault, policy: undefined } };
  };
  return {
    name: 'vault',
    ask: async (prompts, state) => {
      for (;;) {
        const vaults = (stores.vaults.vaults.value ?? []).filter(
          ({ id }) => stores.links.provider(id) === state.provider,
        );
        const [first] = state.machineIds;
        const machine = first === undefined ? undefined : knownMachine(stores, first)?.machine;
        // With no vault there is one possible answer: make one.
        if (vaults.length === 0) return (await create(state)) ?? { kind: 'back' };
        const items: PickItem<Vault | typeof CREATE>[] = vaultItems(stores, vaults, machine);
        items.push({ value: CREATE, label: t('$(add) Create new vault…') });
        const answer = await prompts.pick<Vault | typeof CREATE>({
          placeholder: t('Vault: where the recovery points are kept'),
          items,
          preset: (value) => value !== CREATE && state.vault !== undefined && sameId(value.id, state.vault.id),
        });
        if (answer.kind === 'back') return answer;
        if (answer.value !== CREATE) return { kind: 'next', state: { ...state, vault: answer.value } };
        const created = await create(state);
        if (created) return created;
      }
    },
  };
}

/** The vaults to choose from; those that cannot protect the machine come last, with the reason. */
function vaultItems(stores: Stores, vaults: readonly Vault[], machine: Machine | undefined): PickItem<Vault>[] {
  const items = vaults.map((vault): PickItem<Vault> => {
    const heldBy = stores.vaults.branch(vault.id)?.heldBy;
    const misplaced = machine && placeProblem(stores.links, machine, vault);
    const problem = heldBy === undefined ? misplaced : heldElsewhere(heldBy);
    const place = facts(
      t('Location {0}', vault.location),
      stores.links.provider(vault.id) === 'azure' ? stores.links.of(vault.id).name : undefined,
    );
    return {
      value: vault,
      label: vault.name,
      description: vault.resourceGroup,
      detail: problem ?? place,
      ...(problem === undefined
        ? {}
        : { section: heldBy === undefined ? t('Not for this machine') : t('Only read here'), disabled: true }),
    };
  });
  return items.toSorted((a, b) => Number(a.disabled ?? false) - Number(b.disabled ?? false));
}

function policyStep({ stores, createPolicy }: EnableOptions): WizardStep<EnableAnswers> {
  return {
    name: 'policy',
    ask: async (prompts, state) => {
      const { vault } = state;
      if (!vault) return { kind: 'back' };
      let preset = state.policy?.name ?? USUAL_POLICY;
      for (;;) {
        const answer = await prompts.pick<VaultPolicy | typeof CREATE>({
          placeholder: t('Backup policy: when points are made and how long they are kept'),
          // Read once the list is up: between two steps the keyboard would go back to the panel behind them.
          items: async (signal) => policyItems(await policiesOf(stores, vault.id, signal), stores.clock.now()),
          preset: (value) => value !== CREATE && sameName(value.name, preset),
        });
        if (answer.kind === 'back') return answer;
        if (answer.value !== CREATE) return { kind: 'next', state: { ...state, policy: answer.value } };
        preset = (await createPolicy(vault.id))?.name ?? preset;
      }
    },
  };
}

function policiesOf(stores: Stores, vaultId: string, signal: AbortSignal): Promise<VaultPolicy[]> {
  return stores.links.of(vaultId).run((client) => client.policies(vaultId, { signal }));
}

function policyItems(policies: readonly VaultPolicy[], now: number): PickItem<VaultPolicy | typeof CREATE>[] {
  return [
    ...policies.map((policy) => ({
      value: policy,
      label: policy.name,
      detail: facts(policyWords(policy), goBackWords(policy, now)),
    })),
    { value: CREATE, label: t('$(add) Create new policy…'), detail: t('Opens a form and comes back here.') },
  ];
}

function machinesStep({ stores }: EnableOptions): WizardStep<EnableAnswers> {
  return {
    name: 'machines',
    ask: async (prompts, state) => {
      const { vault } = state;
      if (!vault) return { kind: 'back' };
      let checks: readonly MachineCheck[] = [];
      let speed: number | undefined;
      const answer = await prompts.pickMany<Candidate>({
        placeholder:
          state.provider === 'azure'
            ? t('Machines to protect. The subscription is searched for new ones first.')
            : t('Machines to protect. The computer is searched for new ones first.'),
        noneChosen: t('Tick at least one machine'),
        items: async (signal) => (await candidatesFor(stores, vault, signal)).map(candidateItem),
        preset: ({ machine }) => state.machineIds.some((id) => sameId(id, machine.id)),
        onAccept: async (machines, work) => {
          checks = await validateMachines(stores, vault, machines, work);
          speed = await backupSpeed(stores, vault, work.signal);
        },
      });
      return answered(answer, (machines) =>
        validated({ ...state, speed, machineIds: machines.map(({ machine }) => machine.id) }, checks),
      );
    },
  };
}

const summaryStep = (outer: Ui): WizardStep<EnableAnswers> => ({
  name: SUMMARY,
  ask: (ui, state) =>
    askSummary(ui, state, {
      placeholder: t('Check, then enable backup. Enabling makes no recovery point by itself.'),
      action: t('Enable backup'),
      extras: cliExtras(outer, state),
      rows: [
        { label: t('Vault'), value: state.vault?.name ?? '', change: { step: 'vault' } },
        {
          label: t('Policy'),
          value: state.policy ? `${state.policy.name} (${policyWords(state.policy)})` : '',
          change: { step: 'policy' },
        },
        {
          label: t('Machines'),
          value: listText(state.machines.map(({ machine }) => machine.name)),
          change: { step: 'machines' },
        },
        {
          label: t('Validation'),
          value: validationWords(state),
          ...(hasProblems(state) && { change: { step: 'validation' } }),
        },
        { label: t('First backup'), value: firstBackupWords(state.machines, state.speed) },
        { label: t('Vault growth'), value: growthWords(state.machines) },
        {
          label: t('Back up now'),
          value: state.backUpNow ? t('yes') : t('no, wait for the schedule'),
          change: { state: { ...state, backUpNow: !state.backUpNow } },
        },
      ],
    }),
});

function cliExtras(ui: Ui, { provider, vault, policy, machines }: EnableAnswers) {
  if (provider !== 'azure' || !vault || !policy) return [];
  const ids = machines.map(({ machine }) => machine.id);
  return [{ label: t('$(copy) Copy as az CLI'), run: () => ui.copy(enableBackupCli(vault, policy.name, ids)) }];
}

function candidateItem(candidate: Candidate): PickItem<Candidate> {
  const { machine, problem, size, isNew } = candidate;
  return {
    value: candidate,
    label: machine.name,
    description: isNew ? `${size} · ${t('new')}` : size,
    section: problem === undefined ? t('Ready to protect') : t('Not eligible'),
    ...(problem === undefined ? {} : { detail: problem, disabled: true }),
  };
}
