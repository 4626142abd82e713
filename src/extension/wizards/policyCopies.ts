import { AppError } from '../../domain/errors';
import { policyNameProblem, sameName } from '../../domain/names';
import type { VaultPolicy } from '../../domain/views';
import { COMMANDS } from '../commands/ids';
import { sameId } from '../model/ids';
import { policyWords } from '../model/policyView';
import { ensureWorld, knownMachines, type Stores } from '../model/stores';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import { ONE_QUESTION } from '../ui/prompts';

/** Saves a policy once more under another name, in the same vault. */
export async function duplicatePolicy(stores: Stores, ui: Ui, policy: VaultPolicy): Promise<void> {
  const { vaultId, rule } = policy;
  if (!rule) {
    throw new AppError(
      'PolicyUnreadable',
      t('The policy {0} is of a kind that this version does not copy.', policy.name),
      {
        details: { recommendation: t('Create a new policy in its place.') },
      },
    );
  }
  const taken = (stores.vaults.branch(vaultId)?.policies.value ?? []).map(({ name }) => name);
  const answer = await ui.prompts.input({
    title: t('Duplicate policy'),
    ...ONE_QUESTION,
    prompt: t('Name of the copy of {0}: {1}', policy.name, policyWords(policy)),
    placeholder: t('Example: {0}', `${policy.name}-copy`),
    value: freeName(policy.name, taken),
    problem: (name) =>
      policyNameProblem(name)?.message ??
      (isTaken(name, taken) ? t('There is a policy of that name in the vault already.') : undefined),
  });
  if (answer.kind === 'back') return;
  const copy = await stores.links.of(vaultId).run((client) => client.savePolicy(vaultId, answer.value, rule));
  await stores.vaults.refreshVault(vaultId);
  ui.toast({
    level: 'info',
    text: t('The policy {0} is a copy of {1}. No machine uses it yet.', copy.name, policy.name),
    actions: [
      {
        title: t('Edit policy'),
        command: COMMANDS.policyEdit,
        targets: [{ kind: 'policy', vaultId, policyId: copy.id }],
      },
    ],
  });
}

/**
 * Deletes a policy after asking.
 * @throws AppError `PolicyInUse` with the machines that use it
 */
export async function deletePolicy(stores: Stores, ui: Ui, policy: VaultPolicy): Promise<void> {
  await ensureWorld(stores);
  const users = knownMachines(stores).filter(({ item }) => item?.policyId && sameId(item.policyId, policy.id));
  if (users.length > 0) {
    const names = users.map(({ name }) => name).join(', ');
    throw new AppError('PolicyInUse', t('The policy {0} is used by {1}.', policy.name, names), {
      details: { recommendation: t('Give them another policy first: "Change Policy…" takes a selection of machines.') },
    });
  }
  const yes = t('Delete policy');
  const chosen = await ui.modal({
    text: t('Delete the policy {0}?', policy.name),
    detail: t('No machine uses it. Recovery points that it made keep their dates.'),
    actions: [yes],
  });
  if (chosen !== yes) return;
  await stores.links.of(policy.id).run((client) => client.deletePolicy(policy.id));
  await stores.vaults.refreshVault(policy.vaultId);
  const left = stores.vaults.branch(policy.vaultId)?.policies.value ?? [];
  const isBack = left.some(({ id }) => sameId(id, policy.id));
  ui.toast({
    level: 'info',
    text: isBack
      ? t('The policy {0} is built in: it is back with its own rule.', policy.name)
      : t('The policy {0} is deleted.', policy.name),
  });
}

function freeName(name: string, taken: readonly string[]): string {
  const names = Array.from({ length: taken.length + 1 }, (_, at) => `${name}-copy${at === 0 ? '' : String(at + 1)}`);
  return names.find((candidate) => !isTaken(candidate, taken)) ?? '';
}

function isTaken(name: string, taken: readonly string[]): boolean {
  return taken.some((other) => sameName(other, name));
}
