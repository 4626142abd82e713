import { AppError } from '../../domain/errors';
import { idKey } from '../../protocol/ids';
import { isSample } from '../model/machineView';
import { ensureWorld, knownMachine, knownMachines, refreshWorld, type Stores } from '../model/stores';
import type { Target } from '../model/target';
import { t } from '../text';
import type { CommandContext, Handlers } from './commandContext';
import { COMMANDS } from './ids';

const SAMPLE_VAULT = 'sample-vault';

/** The sample lab: real machines to try everything with. */
export function labCommands(context: CommandContext) {
  const { stores, ui } = context;
  return {
    [COMMANDS.labCreate]: { run: () => createLab(context), retry: true },
    [COMMANDS.labChangeFiles]: { run: () => changeFiles(context), retry: true },
    [COMMANDS.labRemove]: {
      run: async () => {
        const remove = t('Remove sample lab');
        const chosen = await ui.modal({
          text: t('Remove the sample lab?'),
          detail: t('This removes the sample machines and their disks. Your own machines are not touched.'),
          actions: [remove],
        });
        if (chosen !== remove) return;
        await ui.progress(t('Removing the sample lab'), (_report, signal) =>
          stores.engine.run((client) => client.local.removeLab({ signal })),
        );
        await refreshWorld(stores);
        ui.toast({ level: 'info', text: t('The sample lab is removed.') });
      },
    },
  } satisfies Partial<Handlers>;
}

async function createLab({ stores, ui, shell }: CommandContext): Promise<void> {
  const lab = await ui.progress(t('Adding the sample machines'), (_report, signal) =>
    stores.engine.run((client) => client.local.createLab({ signal })),
  );
  await Promise.all([stores.machines.refresh(), stores.vaults.refresh()]);
  const bare = lab.machines.filter(({ id }) => knownMachine(stores, id)?.item === undefined);
  if (bare.length === 0) {
    ui.toast({
      level: 'info',
      text: t('The sample machines are there and protected.'),
      actions: [{ title: t('Back up now'), command: COMMANDS.backupNow, targets: sampleTargets(stores) }],
    });
    return;
  }
  const { enableBackup } = await import('../wizards/enableBackup');
  await enableBackup({
    stores,
    ui,
    createPolicy: (vaultId) => shell.createPolicy(vaultId),
    machineIds: bare.map(({ id }) => idKey(id)),
    newVaultName: SAMPLE_VAULT,
    suggestAll: true,
  });
}

async function changeFiles({ stores, ui, shell }: CommandContext): Promise<void> {
  await ensureWorld(stores);
  if (sampleTargets(stores).length === 0) {
    throw new AppError('NoLab', t('There is no sample lab.'), {
      details: { recommendation: t('Run "VM Backup: Try the Sample Lab" first.') },
    });
  }
  const changes = await ui.progress(t('Changing files in the sample disks'), (_report, signal) =>
    stores.engine.run((client) => client.local.changeLabFiles({ signal })),
  );
  shell.labChanged();
  const files = changes.map(({ machine, path }) => `${machine}: ${path}`).join(', ');
  ui.toast({
    level: 'info',
    text:
      changes.length === 1
        ? t('1 file was changed. {0}', files)
        : t('{0} files were changed. {1}', changes.length, files),
    actions: [{ title: t('Back up now'), command: COMMANDS.backupNow, targets: sampleTargets(stores) }],
  });
}

function sampleTargets(stores: Stores): Target[] {
  return knownMachines(stores)
    .filter(isSample)
    .map(({ machineId }) => ({ kind: 'machine', machineId }));
}
