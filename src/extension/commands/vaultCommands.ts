import { findById, lastName } from '../model/ids';
import { targetOf } from '../model/target';
import { t } from '../text';
import { assertWritable } from './assertWritable';
import { choosePolicy, chooseVault } from './chooseTarget';
import type { CommandContext, Handlers } from './commandContext';
import { COMMANDS } from './ids';

/** Commands about vaults and their policies. */
export function vaultCommands(context: CommandContext) {
  const { stores, ui, shell } = context;
  const openDashboard = async (argument: unknown) => {
    const vaultId = await vaultOf(context, argument, t('Open dashboard'));
    if (vaultId !== undefined) await shell.openVault(vaultId, { preserveFocus: false });
  };
  return {
    [COMMANDS.openDashboard]: { run: () => shell.openVault(undefined, { preserveFocus: false }), retry: true },
    [COMMANDS.vaultOpenDashboard]: { run: openDashboard, retry: true },
    [COMMANDS.vaultCreate]: {
      run: async () => {
        const { createVault } = await import('../wizards/createVault');
        const vault = await createVault(stores, ui, { places: context.places });
        if (!vault) return;
        ui.toast({
          level: 'info',
          text: t('The vault {0} is ready.', vault.name),
          actions: [
            { title: t('Enable backup'), command: COMMANDS.protect, targets: [{ kind: 'vault', vaultId: vault.id }] },
            {
              title: t('Set storage redundancy'),
              command: COMMANDS.vaultSetRedundancy,
              targets: [{ kind: 'vault', vaultId: vault.id }],
            },
          ],
        });
      },
    },
    [COMMANDS.vaultAttach]: {
      run: async () => {
        const { attachVault, attachedWords } = await import('../wizards/attachVault');
        const reply = await attachVault(stores, ui);
        if (!reply) return;
        ui.toast({
          level: reply.readOnly || reply.problems.length > 0 ? 'warning' : 'info',
          text: attachedWords(reply),
          actions: reply.recoveryPoints > 0 ? [{ title: t('Restore'), command: COMMANDS.restore }] : [],
        });
      },
      retry: true,
    },
    [COMMANDS.vaultRotateKey]: {
      run: async (argument: unknown) => {
        const vaultId = await writableVault(context, argument, t('Rotate recovery key'));
        if (vaultId === undefined) return;
        const { rotateRecoveryKey } = await import('../wizards/recoveryKey');
        const name = stores.vaults.branch(vaultId)?.vault.name ?? lastName(vaultId);
        await rotateRecoveryKey(stores, ui, { id: vaultId, name });
      },
    },
    [COMMANDS.vaultSetRedundancy]: {
      run: async (argument: unknown) => {
        const vaultId = await writableVault(context, argument, t('Set storage redundancy'));
        if (vaultId === undefined) return;
        const { setRedundancy } = await import('../wizards/setRedundancy');
        await setRedundancy(stores, ui, vaultId);
      },
    },
    [COMMANDS.vaultSettings]: {
      run: async (argument: unknown) => {
        const vaultId = await writableVault(context, argument, t('Vault settings'));
        if (vaultId !== undefined) await (await import('../wizards/vaultSettings')).vaultSettings(stores, ui, vaultId);
      },
    },
    [COMMANDS.vaultUndelete]: {
      run: async () => (await import('../wizards/undeleteVault')).undeleteVault(stores, ui),
      retry: true,
    },
    [COMMANDS.vaultExportReport]: {
      run: async () => (await import('../wizards/exportReport')).exportReport(stores, ui),
      retry: true,
    },
    [COMMANDS.siteAdd]: {
      run: async () => {
        const { addSite } = await import('../wizards/addSite');
        const site = await addSite(stores, ui);
        if (site) ui.toast({ level: 'info', text: t('The site {0} is ready in {1}.', site.displayName, site.folder) });
      },
    },
    [COMMANDS.policyCreate]: {
      run: async (argument: unknown) => {
        const vaultId = await writableVault(context, argument, t('Create policy'));
        if (vaultId === undefined) return;
        const policy = await shell.createPolicy(vaultId);
        if (!policy) return;
        await stores.vaults.refreshVault(vaultId);
        ui.toast({
          level: 'info',
          text: t('The policy {0} is saved in vault {1}.', policy.name, lastName(vaultId)),
          actions: [{ title: t('Enable backup'), command: COMMANDS.protect, targets: [{ kind: 'vault', vaultId }] }],
        });
      },
    },
    [COMMANDS.policyEdit]: { run: (argument: unknown) => editPolicy(context, argument, t('Edit policy')) },
    [COMMANDS.policyPreview]: {
      run: (argument: unknown) => editPolicy(context, argument, t('Preview retention'), 'preview'),
    },
    [COMMANDS.policyDuplicate]: {
      run: async (argument: unknown) => {
        const policy = await policyOf(context, argument, t('Duplicate policy'));
        if (policy) assertWritable(context.stores, policy.vaultId);
        if (policy) await (await import('../wizards/policyCopies')).duplicatePolicy(stores, ui, policy);
      },
    },
    [COMMANDS.policyDelete]: {
      run: async (argument: unknown) => {
        const policy = await policyOf(context, argument, t('Delete policy'));
        if (policy) assertWritable(context.stores, policy.vaultId);
        if (policy) await (await import('../wizards/policyCopies')).deletePolicy(stores, ui, policy);
      },
    },
    [COMMANDS.vaultDelete]: {
      run: async (argument: unknown) => {
        const vaultId = await vaultOf(context, argument, t('Delete vault'));
        if (vaultId !== undefined) await (await import('../wizards/deleteVault')).deleteVault(stores, ui, vaultId);
      },
      retry: true,
    },
  } satisfies Partial<Handlers>;
}

/** Opens the form of a saved policy, and says so once it was saved. */
async function editPolicy(
  context: CommandContext,
  argument: unknown,
  title: string,
  at: 'form' | 'preview' = 'form',
): Promise<void> {
  const { stores, ui, shell } = context;
  const chosen = await policyOf(context, argument, title);
  if (chosen && at === 'form') assertWritable(context.stores, chosen.vaultId);
  const policy = chosen && (await shell.editPolicy({ vaultId: chosen.vaultId, policyId: chosen.id }, at));
  if (!policy) return;
  await stores.vaults.refreshVault(policy.vaultId);
  ui.toast({
    level: 'info',
    text: t('The policy {0} is saved in vault {1}.', policy.name, lastName(policy.vaultId)),
  });
}

/** The policy that a command is about: that of the row, or one that is chosen. */
async function policyOf({ stores, ui }: CommandContext, argument: unknown, title: string) {
  const target = targetOf(argument);
  if (target?.kind !== 'policy') return choosePolicy(stores, ui, title);
  await stores.vaults.ensure();
  return findById(stores.vaults.branch(target.vaultId)?.policies.value, target.policyId);
}

async function vaultOf({ stores, ui }: CommandContext, argument: unknown, title: string): Promise<string | undefined> {
  const target = targetOf(argument);
  if (target && 'vaultId' in target) return target.vaultId;
  return (await chooseVault(stores, ui, title))?.id;
}

/** A vault that a command is about to change. @throws AppError `LocalVaultOwnedElsewhere` for one that is only read here */
async function writableVault(context: CommandContext, argument: unknown, title: string): Promise<string | undefined> {
  const vaultId = await vaultOf(context, argument, title);
  if (vaultId !== undefined) assertWritable(context.stores, vaultId);
  return vaultId;
}
