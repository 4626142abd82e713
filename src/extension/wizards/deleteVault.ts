import { COMMANDS } from '../commands/ids';
import { isCancelled } from '../model/failure';
import { sameId } from '../model/ids';
import { Reader } from '../model/part';
import { ensureWorld, knownMachines, refreshWorld, type Stores } from '../model/stores';
import { type Blocker, deletionBlockers, isEmpty } from '../model/vaultBlockers';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import { ONE_QUESTION, type PickItem } from '../ui/prompts';
import { deleteBackupData, undelete } from './stopProtection';

/**
 * Shows what stands between a vault and its deletion, each with what can be done about it, and deletes the vault once it
 * is empty.
 * @returns whether it is deleted
 */
export async function deleteVault(stores: Stores, ui: Ui, vaultId: string): Promise<boolean> {
  await ensureWorld(stores);
  const servers = new Reader<readonly string[]>(
    () => stores.links.of(vaultId).run((client) => client.advanced.registeredServers(vaultId)),
    stores.clock,
    () => undefined,
  );
  await look(stores, ui, vaultId, servers);
  for (;;) {
    const branch = stores.vaults.branch(vaultId);
    if (!branch) return false;
    const { name } = branch.vault;
    const here = knownMachines(stores).filter(({ vault }) => vault && sameId(vault.id, vaultId));
    const blockers = deletionBlockers({ branch, machines: here, servers: servers.current }, stores.clock.now());
    const chosen = await chooseLine(ui, name, blockers);
    if (chosen === undefined) return false;
    if (chosen === 'delete')
      return remove(stores, ui, { id: vaultId, name, policies: branch.policies.value?.length ?? 0 });
    if (chosen.icon === 'question') await look(stores, ui, vaultId, servers);
    else if (chosen.kind === 'servers') return sayHowToUnregister(ui, vaultId, name);
    else await resolve(stores, ui, chosen);
  }
}

/** Asks what the vault holds now: what was known before may be out of date. Failures become lines of the list. */
async function look({ vaults }: Stores, ui: Ui, vaultId: string, servers: Reader<readonly string[]>): Promise<void> {
  await ui.progress(t('Looking at what is in the vault'), async (_report, signal) => {
    await Promise.all([vaults.refreshVault(vaultId), servers.refresh()]);
    signal.throwIfAborted();
  });
}

function sayHowToUnregister(ui: Ui, vaultId: string, name: string): false {
  ui.toast({
    level: 'info',
    text: t(
      'Stop the backups of what is registered in {0} and unregister it in the Azure portal, then delete the vault.',
      name,
    ),
    actions: [
      { title: t('Open in Azure portal'), command: COMMANDS.openInPortal, targets: [{ kind: 'vault', vaultId }] },
    ],
  });
  return false;
}

async function chooseLine(ui: Ui, name: string, blockers: readonly Blocker[]): Promise<Blocker | 'delete' | undefined> {
  const empty = isEmpty(blockers);
  const lines = blockers.map(
    (blocker): PickItem<Blocker> => ({
      value: blocker,
      label: `$(${blocker.icon}) ${blocker.text}`,
      ...(blocker.action === undefined ? { disabled: true } : { description: blocker.action }),
      ...(blocker.reason === undefined ? {} : { detail: blocker.reason }),
    }),
  );
  const go: PickItem<'delete'> = {
    value: 'delete',
    label: t('$(trash) Delete {0}', name),
    ...(empty ? {} : { disabled: true, description: t('once nothing above stands in the way') }),
  };
  const answer = await ui.prompts.pick<Blocker | 'delete'>({
    title: t('Delete vault {0}', name),
    ...ONE_QUESTION,
    placeholder: placeholderOf(blockers),
    items: [...lines, go],
    preset: (value) => value === 'delete' && empty,
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

function placeholderOf(blockers: readonly Blocker[]): string {
  if (isEmpty(blockers)) return t('The vault is empty');
  return blockers.some(({ icon }) => icon === 'question')
    ? t('A vault can be deleted once it is known to be empty')
    : t('A vault can be deleted once it is empty');
}

/** Does what a line offers; whoever thinks better of it is back at the list. */
async function resolve(stores: Stores, ui: Ui, { kind, machines }: Blocker): Promise<void> {
  try {
    if (kind === 'protected') await deleteBackupData(stores, ui, machines);
    else await undelete(stores, ui, machines);
  } catch (error) {
    if (!isCancelled(error)) throw error;
  }
}

async function remove(
  stores: Stores,
  ui: Ui,
  { id, name, policies }: { id: string; name: string; policies: number },
): Promise<boolean> {
  const yes = t('Delete vault');
  const chosen = await ui.modal({
    text: t('Delete the vault {0}?', name),
    detail: t('Its {0} policies and its settings are deleted. This cannot be undone.', policies),
    actions: [yes],
  });
  if (chosen !== yes) return false;
  await ui.progress(t('Deleting vault {0}', name), (_report, signal) =>
    stores.links.of(id).run((client) => client.deleteVault(id, { signal })),
  );
  await refreshWorld(stores);
  ui.toast({ level: 'info', text: t('The vault {0} is deleted.', name) });
  return true;
}
