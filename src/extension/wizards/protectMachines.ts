import type { ProtectedItem, Vault, VaultPolicy } from '../../domain/views';
import { COMMANDS } from '../commands/ids';
import { listText } from '../model/format';
import type { Stores } from '../model/stores';
import type { Target } from '../model/target';
import { t } from '../text';
import type { MessageAction, Ui } from '../ui/messages';
import type { Candidate } from './candidates';
import { workOnMachines } from './machineWork';
import { startBackups } from './startBackups';

/**
 * Enables backup of machines. Where some did not work, a summary has one row each, and Retry tries only those again, with the same vault
 * and policy.
 */
export async function protectMachines(
  stores: Stores,
  ui: Ui,
  plan: { vault: Vault; policy: VaultPolicy; machines: readonly Candidate[]; backUpNow: boolean },
): Promise<void> {
  const { vault, policy, backUpNow } = plan;
  const items: ProtectedItem[] = [];
  const done = await workOnMachines(stores, ui, {
    title: t('Enabling backup in vault {0}', vault.name),
    machines: plan.machines.map(({ machine }) => machine),
    single: 'asks',
    run: async ({ id }, signal) => {
      const input = { vaultId: vault.id, machineId: id, policyId: policy.id };
      items.push(await stores.links.of(vault.id).run((client) => client.protect(input, { signal })));
    },
  });
  if (done.length === 0) return;
  if (backUpNow) {
    await startBackups(stores, ui, items, undefined);
    return;
  }
  const targets = done.map(({ id }): Target => ({ kind: 'machine', machineId: id }));
  const backUp: MessageAction = { title: t('Back up now'), command: COMMANDS.backupNow, targets };
  ui.toast({
    level: 'info',
    text: t(
      'Backup is enabled for {0}. There is no recovery point yet: back up now, or wait for the schedule.',
      listText(done.map(({ name }) => name)),
    ),
    actions: [backUp],
  });
}
