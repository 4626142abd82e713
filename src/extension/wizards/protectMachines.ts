import type { ProtectedItem, Vault, VaultPolicy } from '../../domain/views';
import { COMMANDS } from '../commands/ids';
import { inParallel } from '../model/bounded';
import { type Failure, failureOf, failureText, isCancelled } from '../model/failure';
import { listText } from '../model/format';
import type { Stores } from '../model/stores';
import type { Target } from '../model/target';
import { t } from '../text';
import type { MessageAction, Ui } from '../ui/messages';
import type { Candidate } from './candidates';
import { startBackups } from './startBackups';

const MACHINES_AT_ONCE = 3;

interface Result {
  readonly name: string;
  readonly machineId: string;
  readonly item?: ProtectedItem;
  readonly failure?: Failure;
}

/** Enables backup of several machines, and says of each one that did not work why. */
export async function protectMachines(
  stores: Stores,
  ui: Ui,
  plan: { vault: Vault; policy: VaultPolicy; machines: readonly Candidate[]; backUpNow: boolean },
): Promise<void> {
  const { vault, policy } = plan;
  const results = await ui.progress(t('Enabling backup in vault {0}', vault.name), async (report, signal) =>
    inParallel(plan.machines, MACHINES_AT_ONCE, async ({ machine }): Promise<Result> => {
      const about = { name: machine.name, machineId: machine.id };
      try {
        signal.throwIfAborted();
        report(machine.name);
        const input = { vaultId: vault.id, machineId: machine.id, policyId: policy.id };
        return {
          ...about,
          item: await stores.links.of(input.vaultId).run((client) => client.protect(input, { signal })),
        };
      } catch (error) {
        if (isCancelled(error)) return about;
        return { ...about, failure: failureOf(error) };
      }
    }),
  );
  await Promise.all([stores.vaults.refresh(), stores.jobs.refresh()]);
  const items = results.flatMap(({ item }) => item ?? []);
  if (plan.backUpNow && items.length > 0) await startBackups(stores, ui, items, undefined);
  tell(ui, results, { vault, backUpNow: plan.backUpNow });
}

function tell(ui: Ui, results: readonly Result[], plan: { vault: Vault; backUpNow: boolean }): void {
  const done = results.filter(({ item }) => item !== undefined);
  const failed = results.filter(({ failure }) => failure !== undefined);
  const targets = done.map(({ machineId }): Target => ({ kind: 'machine', machineId }));
  const backUp: MessageAction = { title: t('Back up now'), command: COMMANDS.backupNow, targets };
  if (done.length > 0 && !plan.backUpNow) {
    ui.toast({
      level: 'info',
      text: t(
        'Backup is enabled for {0}. There is no recovery point yet: back up now, or wait for the schedule.',
        listText(done.map(({ name }) => name)),
      ),
      actions: [backUp],
    });
  }
  if (failed.length > 0) {
    const reasons = failed.map(({ name, failure }) => `${name}: ${failure ? failureText(failure) : ''}`).join(' ');
    const retry: Target[] = failed.map(({ machineId }) => ({ kind: 'machine', machineId }));
    ui.toast({
      level: 'error',
      text: t(
        'Backup was not enabled in vault {0} for {1} of {2} machines. {3}',
        plan.vault.name,
        failed.length,
        results.length,
        reasons,
      ),
      actions: [
        { title: t('Retry'), command: COMMANDS.protect, targets: retry },
        { title: t('Show log'), command: COMMANDS.showLog },
      ],
    });
  }
}
