import { AppError } from '../../domain/errors';
import { sameName } from '../../domain/names';
import type { VaultPolicy } from '../../domain/views';
import { idKey } from '../../protocol/ids';
import { COMMANDS } from '../commands/ids';
import { findById, lastName, sameId } from '../model/ids';
import type { MachineFacts } from '../model/machineFacts';
import { assignmentImpact } from '../model/policyImpact';
import { policyWords } from '../model/policyView';
import type { Stores } from '../model/stores';
import type { Target } from '../model/target';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import { ONE_QUESTION, type PickItem } from '../ui/prompts';
import { workOnMachines } from './machineWork';
import { namesOf } from './stopProtection';

/** Of so many machines a question tells what each loses. */
const MOST_TOLD = 5;

interface Plan {
  readonly stores: Stores;
  readonly ui: Ui;
  readonly machines: readonly MachineFacts[];
  /** ARM ids of policies that are known already, by the keys of the machines' ids. */
  readonly given: ReadonlyMap<string, string>;
  /** Name of the policy that the question begins at, in place of the one in use. */
  readonly proposed?: string | undefined;
  readonly createPolicy: (vaultId: string) => Promise<VaultPolicy | undefined>;
}

/** Starts backups of stopped machines again: with the policy they had, where that is known, else with a chosen one. */
export async function resumeProtection(plan: Plan): Promise<void> {
  const { stores, ui, machines } = plan;
  const kept = machines.flatMap(({ machineId, item }): [string, string][] =>
    item?.policyId === undefined || item.policyId === '' ? [] : [[idKey(machineId), item.policyId]],
  );
  const title = t('Resume protection');
  const policies = await policiesFor({ ...plan, given: new Map([...kept, ...plan.given]) }, title);
  if (!policies) return;
  const done = await workOnMachines(stores, ui, { title, machines, run: assign(stores, policies) });
  if (done.length === 0) return;
  ui.toast({
    level: 'info',
    text: t('Backups of {0} run again. Recovery points expire as the policy says.', namesOf(done)),
    actions: [{ title: t('Back up now'), command: COMMANDS.backupNow, targets: targetsFor(done) }],
  });
}

/** Gives machines another policy. */
export async function changePolicy(plan: Plan): Promise<void> {
  const { stores, ui, machines } = plan;
  const title = t('Change policy');
  const policies = await policiesFor(plan, title);
  if (!policies) return;
  const name = lastName(Array.from(policies.values())[0] ?? '');
  if (plan.given.size === 0) {
    const loss = await lossWords(plan, policies);
    const yes = t('Change policy');
    const chosen = await ui.modal({
      text: t('Change the policy of {0} to {1}?', namesOf(machines), name),
      detail: [
        t('The recovery points that are there follow the new policy. What it does not keep is removed.'),
        ...loss,
      ].join(' '),
      actions: [yes],
    });
    if (chosen !== yes) return;
  }
  const done = await workOnMachines(stores, ui, { title, machines, run: assign(stores, policies) });
  if (done.length === 0) return;
  const before = done.map((machine): Target => {
    const { policyId } = machine.item ?? {};
    return { kind: 'machine', machineId: machine.machineId, ...(policyId === undefined ? {} : { policyId }) };
  });
  ui.toast({
    level: 'info',
    text: t('The policy {0} now applies to {1}.', name, namesOf(done)),
    actions: plan.given.size > 0 ? [] : [{ title: t('Undo'), command: COMMANDS.policyAssign, targets: before }],
  });
}

/** How many recovery points a change removes now, of which machines, and what could not be counted. */
async function lossWords(
  { stores, ui, machines }: Plan,
  policies: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const items = machines.flatMap(({ item }) => item ?? []);
  const policyId = Array.from(policies.values())[0] ?? '';
  const vaultId = items[0]?.vaultId ?? '';
  const known = () => findById(stores.vaults.branch(vaultId)?.policies.value, policyId);
  if (!known()) await stores.vaults.refreshVault(vaultId); // it was made just now
  const to = known() ?? { id: policyId };
  const { impact, problem } = await ui.progress(t('Counting recovery points'), async (_report, signal) => {
    const counted = await assignmentImpact(stores, items, to);
    signal.throwIfAborted();
    return counted;
  });
  const { removed, uncounted, machines: losing } = impact;
  const counted = [
    removed === 1
      ? t('That is 1 recovery point now, which cannot be brought back.')
      : t('Those are {0} recovery points now, which cannot be brought back.', removed),
    ...losing.slice(0, MOST_TOLD).map((one) => t('{0}: {1} of {2} points.', one.name, one.removed, one.points)),
    ...(losing.length > MOST_TOLD ? [t('And those of {0} more machines.', losing.length - MOST_TOLD)] : []),
  ];
  return [
    ...(removed > 0 ? counted : []),
    ...(removed === 0 && uncounted === 0 ? [t('No recovery point is removed now.')] : []),
    ...(uncounted === 1 ? [t('What 1 machine loses could not be counted.')] : []),
    ...(uncounted > 1 ? [t('What {0} machines lose could not be counted.', uncounted)] : []),
    ...(problem === undefined ? [] : [problem]),
  ];
}

function assign(stores: Stores, policies: ReadonlyMap<string, string>) {
  return async ({ machineId, item }: MachineFacts, signal: AbortSignal): Promise<void> => {
    const policyId = policies.get(idKey(machineId));
    if (!item || policyId === undefined) return;
    const input = { vaultId: item.vaultId, machineId, policyId };
    await stores.links.of(input.vaultId).run((client) => client.protect(input, { signal }));
  };
}

/** The policy of each machine; one question for all that have none given. `undefined` if the person left. */
async function policiesFor(plan: Plan, title: string): Promise<ReadonlyMap<string, string> | undefined> {
  const { machines, given } = plan;
  const open = machines.filter(({ machineId }) => !given.has(idKey(machineId)));
  const [first] = open;
  if (!first?.item) return given;
  const { vaultId } = first.item;
  if (open.some(({ item }) => item && !sameId(item.vaultId, vaultId))) {
    throw new AppError(
      'SeveralVaults',
      t('The chosen machines are in different vaults, which have their own policies.'),
      {
        details: { recommendation: t('Choose machines of one vault.') },
      },
    );
  }
  const policyId = await choosePolicyOf(plan, { title, vaultId, current: first.item.policyId });
  if (policyId === undefined) return undefined;
  return new Map([...given, ...open.map(({ machineId }): [string, string] => [idKey(machineId), policyId])]);
}

async function choosePolicyOf(
  { stores, ui, createPolicy, proposed }: Plan,
  { title, vaultId, current }: { title: string; vaultId: string; current: string | undefined },
): Promise<string | undefined> {
  const policies = stores.vaults.branch(vaultId)?.policies.value ?? [];
  const first =
    policies.find(({ name }) => proposed !== undefined && sameName(name, proposed)) ??
    findById(policies, current ?? '');
  const items: PickItem<VaultPolicy | 'new'>[] = policies.map((policy) => ({
    value: policy,
    label: policy.name,
    detail: policyWords(policy),
    ...(current !== undefined && sameId(current, policy.id) ? { description: t('in use') } : {}),
  }));
  const answer = await ui.prompts.pick<VaultPolicy | 'new'>({
    title,
    ...ONE_QUESTION,
    placeholder: t('Which policy?'),
    items: [...items, { value: 'new', label: t('$(add) Create new…') }],
    preset: (value) => value !== 'new' && value === first,
  });
  if (answer.kind === 'back') return undefined;
  return answer.value === 'new' ? (await createPolicy(vaultId))?.id : answer.value.id;
}

function targetsFor(machines: readonly MachineFacts[]): Target[] {
  return machines.map(({ machineId }) => ({ kind: 'machine', machineId }));
}
