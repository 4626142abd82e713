import { formatBytes } from '../../domain/sizes';
import type { MachineDisk } from '../../domain/views';
import { facts } from '../model/format';
import { isBackedUp } from '../model/machineCan';
import type { MachineFacts } from '../model/machineFacts';
import type { Stores } from '../model/stores';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import { ONE_QUESTION } from '../ui/prompts';

/** Asks which disks of a machine are backed up. The system disk always is; a disk that is added later is, too. */
export async function chooseDisks(
  stores: Stores,
  ui: Ui,
  { machineId, name, machine, item }: MachineFacts,
): Promise<void> {
  if (!machine || !item?.policyId) return;
  const answer = await ui.prompts.pickMany<MachineDisk>({
    title: t('Disks of {0}', name),
    ...ONE_QUESTION,
    placeholder: t('Which disks are backed up? The system disk always is.'),
    noneChosen: t('Tick at least one disk.'),
    items: machine.disks.map((disk) => ({
      value: disk,
      label: disk.name,
      description: facts(formatBytes(disk.sizeBytes), disk.lun === undefined ? t('system disk') : undefined),
    })),
    preset: (disk) => isBackedUp(item, disk),
  });
  if (answer.kind === 'back') return;
  const left = machine.disks.filter((disk) => !answer.value.includes(disk));
  const excludedLuns = left.flatMap(({ lun }) => lun ?? []);
  const { vaultId, policyId } = item;
  await ui.progress(t('Changing the disks of {0}', name), (_report, signal) =>
    stores.links
      .of(vaultId)
      .run((client) => client.protect({ vaultId, machineId, policyId, excludedLuns }, { signal })),
  );
  await stores.vaults.refreshVault(vaultId);
  ui.toast({
    level: 'info',
    text:
      excludedLuns.length === 0
        ? t('All disks of {0} are backed up from the next backup on.', name)
        : t(
            '{0} of {1} disks of {2} are left out from the next backup on. Earlier points keep theirs.',
            excludedLuns.length,
            machine.disks.length,
            name,
          ),
  });
}
