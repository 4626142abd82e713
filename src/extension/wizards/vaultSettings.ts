import type { ResourceGuardState } from '../../client/advanced';
import type { Connection } from '../../client/connection';
import { isAppError } from '../../domain/errors';
import { crossRegionProblem, isGeoRedundant, SOFT_DELETE_DAYS, softDeleteProblem } from '../../domain/vaultRules';
import type { StorageReplication, VaultSettings, VaultSettingsChange } from '../../domain/views';
import { lastName } from '../model/ids';
import type { Link } from '../model/link';
import type { Stores } from '../model/stores';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import { ONE_QUESTION, type PickItem } from '../ui/prompts';

type Setting = keyof VaultSettings;

interface Known {
  readonly name: string;
  readonly settings: VaultSettings;
  readonly guard: ResourceGuardState | undefined;
  readonly replication: StorageReplication;
  /** Alerts are Azure Monitor's. */
  readonly inAzure: boolean;
}

/** Shows what a vault does with what it keeps, and changes one setting after the other until the person leaves. */
export async function vaultSettings(stores: Stores, ui: Ui, vaultId: string): Promise<void> {
  await stores.vaults.ensure();
  const link = stores.links.of(vaultId);
  for (;;) {
    const name = stores.vaults.branch(vaultId)?.vault.name ?? lastName(vaultId);
    let known: Known | undefined;
    const chosen = await ui.prompts.pick<Setting>({
      title: t('Settings of {0}', name),
      ...ONE_QUESTION,
      placeholder: t('Choose what to change'),
      items: async (signal) => {
        known = await read(link, { vaultId, name }, signal);
        return lines(known);
      },
    });
    if (chosen.kind === 'back' || !known) return;
    const change = await ask(ui, chosen.value, known);
    if (!change) continue;
    await ui.progress(t('Changing the settings of {0}', name), (_report, signal) =>
      link.run((client) => client.advanced.setVaultSettings(vaultId, change, { signal })),
    );
    await stores.vaults.refresh();
  }
}

async function read(
  link: Link,
  { vaultId, name }: { vaultId: string; name: string },
  signal: AbortSignal,
): Promise<Known> {
  return link.run(async (client) => {
    const [settings, storage, guard] = await Promise.all([
      client.advanced.vaultSettings(vaultId, { signal }),
      client.vaultStorage(vaultId, { signal }),
      guardOf(client, vaultId, signal),
    ]);
    return { name, settings, guard, replication: storage.replication, inAzure: link.provider === 'azure' };
  });
}

/** Who may not see the guard is told that there is one by the vault itself. */
async function guardOf(
  client: Connection,
  vaultId: string,
  signal: AbortSignal,
): Promise<ResourceGuardState | undefined> {
  try {
    return await client.advanced.resourceGuard(vaultId, { signal });
  } catch (error) {
    if (isAppError(error, 'AuthorizationFailed')) return undefined;
    throw error;
  }
}

function lines({ settings, guard, replication, inAzure }: Known): PickItem<Setting>[] {
  const { softDelete, immutability, crossRegionRestore, jobFailureAlerts } = settings;
  const region = crossRegionProblem(crossRegionRestore, !crossRegionRestore, replication);
  return [
    {
      value: 'softDelete',
      label: t('$(trash) Soft delete'),
      description: softDeleteWords(softDelete),
      detail: t('For so long, backup data that somebody deletes can be undeleted.'),
    },
    {
      value: 'immutability',
      label: t('$(lock) Immutability'),
      description: immutabilityWords(immutability),
      detail:
        immutability === 'Locked'
          ? t('Locked for good: no recovery point is deleted before its time.')
          : t('While it is on, no recovery point is deleted before its time.'),
      ...(immutability === 'Locked' ? { disabled: true } : {}),
    },
    {
      value: 'crossRegionRestore',
      label: t('$(globe) Cross-region restore'),
      description: onOrOff(crossRegionRestore),
      detail: regionWords(crossRegionRestore, replication),
      ...(region === undefined ? {} : { disabled: true }),
    },
    ...(inAzure
      ? [
          {
            value: 'jobFailureAlerts',
            label: t('$(bell) Alerts about failed jobs'),
            description: onOrOff(jobFailureAlerts),
            detail: t('Azure Monitor raises an alert for each backup or restore that fails.'),
          } as const,
        ]
      : []),
    {
      value: 'multiUserAuthorization',
      label: t('$(organization) Multi-user authorization'),
      description: onOrOff(guard !== undefined || settings.multiUserAuthorization),
      detail: guardWords(guard, settings),
      disabled: true,
    },
  ];
}

async function ask(ui: Ui, setting: Setting, { name, settings }: Known): Promise<VaultSettingsChange | undefined> {
  switch (setting) {
    case 'softDelete':
      return askSoftDelete(ui, name, settings);
    case 'immutability':
      return askImmutability(ui, name, settings);
    case 'crossRegionRestore': {
      const detail = t('It cannot be switched off again, and the storage costs more.');
      const yes = t('Switch on');
      const chosen = await ui.modal({
        text: t('Allow {0} to be restored from its second region?', name),
        detail,
        actions: [yes],
      });
      return chosen === yes ? { crossRegionRestore: true } : undefined;
    }
    case 'jobFailureAlerts':
      return { jobFailureAlerts: !settings.jobFailureAlerts };
    default:
      return undefined;
  }
}

async function askSoftDelete(
  ui: Ui,
  name: string,
  { softDelete }: VaultSettings,
): Promise<VaultSettingsChange | undefined> {
  const isForGood = softDelete.state === 'AlwaysON';
  const state = await ui.prompts.pick({
    title: t('Soft delete of {0}', name),
    ...ONE_QUESTION,
    canGoBack: true,
    placeholder: t('What happens to backup data that somebody deletes?'),
    items: [
      { value: 'Enabled' as const, label: t('Kept for some days'), ...(isForGood ? { disabled: true } : {}) },
      {
        value: 'AlwaysON' as const,
        label: t('Kept for some days, always'),
        detail: t('Nobody can switch soft delete off any more.'),
      },
      {
        value: 'Disabled' as const,
        label: t('Deleted at once'),
        detail: isForGood ? t('Soft delete of this vault is always on.') : t('What is deleted by mistake is gone.'),
        ...(isForGood ? { disabled: true } : {}),
      },
    ],
    preset: (value) => value === softDelete.state,
  });
  if (state.kind === 'back') return undefined;
  if (state.value === 'Disabled') return { softDelete: { state: 'Disabled', days: softDelete.days } };
  if (
    state.value === 'AlwaysON' &&
    !isForGood &&
    !(await sureForGood(ui, t('Keep soft delete of {0} always on?', name)))
  )
    return undefined;
  const days = await ui.prompts.input({
    title: t('Soft delete of {0}', name),
    ...ONE_QUESTION,
    canGoBack: true,
    prompt: t('For how many days is deleted backup data kept?'),
    placeholder: t('Example: {0}', SOFT_DELETE_DAYS.standard),
    value: String(softDelete.days),
    problem: (text) =>
      softDeleteProblem(softDelete, { state: state.value, days: daysIn(text) }) === undefined
        ? undefined
        : t('Enter a whole number from {0} to {1}.', SOFT_DELETE_DAYS.min, SOFT_DELETE_DAYS.max),
  });
  return days.kind === 'back' ? undefined : { softDelete: { state: state.value, days: daysIn(days.value) } };
}

async function askImmutability(
  ui: Ui,
  name: string,
  { immutability }: VaultSettings,
): Promise<VaultSettingsChange | undefined> {
  const answer = await ui.prompts.pick({
    title: t('Immutability of {0}', name),
    ...ONE_QUESTION,
    canGoBack: true,
    placeholder: t('May recovery points be deleted before their time?'),
    items: [
      { value: 'Disabled' as const, label: t('Off') },
      { value: 'Unlocked' as const, label: t('On'), detail: t('It can be switched off again.') },
      {
        value: 'Locked' as const,
        label: t('On, locked'),
        ...(immutability === 'Unlocked'
          ? { detail: t('Nobody can switch it off any more.') }
          : { detail: t('Switch it on first, and try it.'), disabled: true }),
      },
    ],
    preset: (value) => value === immutability,
  });
  if (answer.kind === 'back' || answer.value === immutability) return undefined;
  const isLocking = answer.value === 'Locked';
  if (isLocking && !(await sureForGood(ui, t('Lock the immutability of {0}?', name)))) return undefined;
  return { immutability: answer.value };
}

async function sureForGood(ui: Ui, text: string): Promise<boolean> {
  const yes = t('For good');
  return (await ui.modal({ text, detail: t('This cannot be undone.'), actions: [yes] })) === yes;
}

function daysIn(text: string): number {
  return /^\d{1,4}$/.test(text.trim()) ? Number(text) : Number.NaN;
}

function onOrOff(on: boolean): string {
  return on ? t('on') : t('off');
}

function softDeleteWords({ state, days }: VaultSettings['softDelete']): string {
  const words = {
    Enabled: t('on, {0} days', days),
    AlwaysON: t('always on, {0} days', days),
    Disabled: t('off'),
  };
  return words[state];
}

function immutabilityWords(state: VaultSettings['immutability']): string {
  return { Disabled: t('off'), Unlocked: t('on'), Locked: t('locked') }[state];
}

function regionWords(on: boolean, replication: StorageReplication): string {
  if (on) return t('Its second region can be restored from. It cannot be switched off again.');
  return isGeoRedundant(replication)
    ? t('Lets its second region be restored from, also while the first one is well.')
    : t('Only vaults with geo-redundant storage have a second region.');
}

function guardWords(guard: ResourceGuardState | undefined, { multiUserAuthorization }: VaultSettings): string {
  if (guard)
    return t(
      'Critical operations, such as deleting backup data, need the approval of who owns the resource guard {0}. Ask for it in the Azure portal.',
      lastName(guard.guardId),
    );
  return multiUserAuthorization
    ? t('Critical operations need an approval. You may not see by whom.')
    : t('Nobody else needs to approve critical operations. A resource guard is set in the Azure portal.');
}
