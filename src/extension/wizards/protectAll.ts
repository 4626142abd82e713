import { AppError } from '../../domain/errors';
import { DEFAULT_GROUP, sameLocation, sameName } from '../../domain/names';
import type { Vault } from '../../domain/views';
import type { SubscriptionLink } from '../model/link';
import type { MachineFacts } from '../model/machineFacts';
import { restingState } from '../model/machineFacts';
import { ensureWorld, knownMachines, type Stores } from '../model/stores';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import { ONE_QUESTION } from '../ui/prompts';
import { workOnMachines } from './machineWork';

/** The policy that every vault comes with. */
const DEFAULT_POLICY = 'DefaultPolicy';

/** Machines of one subscription in one region, and the vault for them: one that is there, or the name of a new one. */
export interface RegionPlan {
  readonly link: SubscriptionLink;
  readonly location: string;
  readonly machines: readonly MachineFacts[];
  readonly vault: Vault | { readonly newName: string };
}

/**
 * Where to protect machines: by subscription and region, in the region's vault that holds most machines already, or in a
 * new one.
 */
export function regionPlans(
  machines: readonly MachineFacts[],
  vaults: readonly { readonly vault: Vault; readonly items: number }[],
  links: readonly SubscriptionLink[],
): RegionPlan[] {
  const plans = new Map<string, RegionPlan>();
  for (const facts of machines) {
    const link = links.find((one) => one.owns(facts.machineId));
    const location = facts.machine?.location;
    if (!link || location === undefined) continue;
    const key = `${link.key} ${location.toLowerCase()}`;
    const known = plans.get(key);
    const near = vaults
      .filter(({ vault }) => link.owns(vault.id) && sameLocation(vault.location, location))
      .toSorted((a, b) => b.items - a.items);
    const vault = known?.vault ?? near[0]?.vault ?? { newName: freeName(`rsv-${location}`, vaults) };
    plans.set(key, {
      link,
      location: known?.location ?? location,
      vault,
      machines: [...(known?.machines ?? []), facts],
    });
  }
  return Array.from(plans.values()).toSorted((a, b) => b.machines.length - a.machines.length);
}

/** Proposes a vault for each region with machines that nobody protects, and protects them after one confirmation. */
export async function protectAll(stores: Stores, ui: Ui): Promise<void> {
  await ensureWorld(stores);
  const bare = knownMachines(stores).filter(
    (facts) => facts.provider === 'azure' && restingState(facts) === 'notProtected',
  );
  const vaults = stores.vaults.branches.map(({ vault, items }) => ({ vault, items: items.value?.length ?? 0 }));
  const plans = regionPlans(bare, vaults, stores.links.subscriptions);
  if (plans.length === 0) throw nothingBare();
  const answer = await ui.prompts.pickMany<RegionPlan>({
    title: t('Protect unprotected Azure VMs'),
    ...ONE_QUESTION,
    placeholder: t('Regions whose machines are protected with the default policy of their vault'),
    noneChosen: t('Tick at least one region'),
    items: plans.map((plan) => ({
      value: plan,
      label: plan.location,
      description: plan.machines.length === 1 ? t('1 VM') : t('{0} VMs', plan.machines.length),
      detail:
        'newName' in plan.vault
          ? t('In a new vault {0} of {1}', plan.vault.newName, plan.link.name)
          : t('In the vault {0} of {1}', plan.vault.name, plan.link.name),
    })),
    preset: () => true,
  });
  if (answer.kind === 'back') return;
  await protectPlanned(stores, ui, answer.value);
}

async function protectPlanned(stores: Stores, ui: Ui, plans: readonly RegionPlan[]): Promise<void> {
  const ready = new Map<RegionPlan, { vault: Promise<Vault>; failedIn?: AbortSignal }>();
  /** Made by the first machine that needs it; if that fails, each machine of that attempt says so, and the next attempt makes it anew. */
  const vaultOf = (plan: RegionPlan, attempt: AbortSignal): Promise<Vault> => {
    const known = ready.get(plan);
    if (known && (!known.failedIn || known.failedIn === attempt)) return known.vault;
    const vault = vaultFor(plan).catch((error: unknown) => {
      ready.set(plan, { vault, failedIn: attempt });
      throw error;
    });
    ready.set(plan, { vault });
    return vault;
  };
  const machines = plans.flatMap((plan) => plan.machines);
  const done = await workOnMachines(stores, ui, {
    title: t('Enabling backup of {0} machines', machines.length),
    machines,
    run: async (facts, signal) => {
      const plan = plans.find((one) => one.machines.includes(facts));
      if (!plan) return;
      const vault = await vaultOf(plan, signal);
      const link = stores.links.of(vault.id);
      const policies = await link.run((client) => client.policies(vault.id, { signal }));
      const policy = policies.find(({ name }) => sameName(name, DEFAULT_POLICY)) ?? policies[0];
      if (!policy) throw noPolicy(vault);
      const input = { vaultId: vault.id, machineId: facts.machineId, policyId: policy.id };
      await link.run((client) => client.protect(input, { signal }));
    },
  });
  if (done.length > 0) {
    ui.toast({ level: 'info', text: t('Backup is enabled for {0} of {1} machines.', done.length, machines.length) });
  }
}

async function vaultFor({ link, location, vault, machines }: RegionPlan): Promise<Vault> {
  if (!('newName' in vault)) return vault;
  return link.run(async (client) => {
    const groups = await client.resourceGroups();
    const near = machines[0]?.machine?.resourceGroup ?? DEFAULT_GROUP;
    const group =
      groups.find(({ name }) => sameName(name, near))?.name ??
      (await client.createResourceGroup({ name: DEFAULT_GROUP, location })).name;
    return client.createVault({ name: vault.newName, resourceGroup: group, location });
  });
}

function freeName(name: string, vaults: readonly { readonly vault: Vault }[]): string {
  const taken = (candidate: string) => vaults.some(({ vault }) => sameName(vault.name, candidate));
  for (let number = 2; ; number += 1) {
    if (!taken(name)) return name;
    if (!taken(`${name}-${number}`)) return `${name}-${number}`;
  }
}

function nothingBare(): AppError {
  return new AppError('NothingToChoose', t('Every Azure machine that can be protected is protected.'), {
    details: { recommendation: t('Choose more subscriptions with "VM Backup: Select Subscriptions".') },
  });
}

function noPolicy({ name }: Vault): AppError {
  return new AppError('NothingToChoose', t('The vault {0} has no backup policy.', name), {
    details: { recommendation: t('Run "VM Backup: Create Policy" first.') },
  });
}
