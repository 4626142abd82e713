import type { FileRecoveryInput, FileRecoveryScript } from '../../client/advanced';

import { CONNECTED_HOURS, type OpenRecoveries } from '../model/openRecoveries';
import type { Stores } from '../model/stores';
import type { TargetOf } from '../model/target';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import { ONE_QUESTION } from '../ui/prompts';

/** What the wizard needs besides questions. */
export interface RecoverFilesDeps {
  readonly stores: Stores;
  readonly ui: Ui;
  readonly recoveries: OpenRecoveries;
  readonly openExternal: (url: string) => Promise<void>;
}

/** A service names the file: it must not lead out of the folder that the person chooses. */
function safeName(name: string): string {
  return name.replaceAll(/[^\w.-]/g, '_');
}

/**
 * Has Azure connect the disks of a recovery point, and hands over the program that mounts them on the computer on which it is
 * run; for a point whose disks are connected, offers to disconnect them.
 */
export async function recoverFiles(deps: RecoverFilesDeps, target: TargetOf<'point'>): Promise<void> {
  const { stores, ui, recoveries } = deps;
  const input: FileRecoveryInput = { pointId: target.pointId, machineId: target.machineId };
  if (recoveries.isOpen(target.pointId)) {
    const answer = await ui.prompts.pick({
      title: t('Recover files'),
      ...ONE_QUESTION,
      placeholder: t('The disks of this recovery point are connected'),
      items: [
        {
          value: 'close' as const,
          label: t('$(debug-disconnect) Disconnect the disks'),
          detail: t('When you have your files.'),
        },
        { value: 'again' as const, label: t('$(save) Get the script again') },
      ],
    });
    if (answer.kind === 'back') return;
    if (answer.value === 'close') return disconnect(deps, input);
  }
  const scripts = await ui.progress(t('Connecting the disks of the recovery point'), (_report, signal) =>
    stores.links.of(target.pointId).run((client) => client.advanced.openFileRecovery(input, { signal })),
  );
  recoveries.opened(target.pointId);
  const script = await chooseScript(ui, scripts);
  if (!script) return;
  const where = await handOver(deps, script);
  if (where === undefined) return;
  await tellPassword(ui, script, where);
}

async function disconnect({ stores, ui, recoveries }: RecoverFilesDeps, input: FileRecoveryInput): Promise<void> {
  await ui.progress(t('Disconnecting the disks'), (_report, signal) =>
    stores.links.of(input.pointId).run((client) => client.advanced.closeFileRecovery(input, { signal })),
  );
  recoveries.closed(input.pointId);
  ui.toast({ level: 'info', text: t('The disks of the recovery point are disconnected.') });
}

async function chooseScript(ui: Ui, scripts: readonly FileRecoveryScript[]): Promise<FileRecoveryScript | undefined> {
  const [only] = scripts;
  if (scripts.length <= 1) return only;
  const answer = await ui.prompts.pick({
    title: t('Recover files'),
    ...ONE_QUESTION,
    placeholder: t('Which system has the computer that you want to run the script on?'),
    items: scripts.map((script) => ({ value: script, label: script.system, description: script.fileName })),
  });
  return answer.kind === 'value' ? answer.value : undefined;
}

/** @returns where the script is now, in words; `undefined` if the person does not want it */
async function handOver(
  { ui, openExternal }: RecoverFilesDeps,
  script: FileRecoveryScript,
): Promise<string | undefined> {
  if ('url' in script.content) {
    await openExternal(script.content.url);
    return t('Your browser downloads {0}.', script.fileName);
  }
  const path = await ui.saveFile({
    title: t('Save the script'),
    fileName: safeName(script.fileName),
    content: script.content.bytes,
    runnable: true,
  });
  return path === undefined ? undefined : t('The script is {0}.', path);
}

async function tellPassword(ui: Ui, script: FileRecoveryScript, where: string): Promise<void> {
  const copy = t('Copy password');
  const chosen = await ui.modal({
    text: t('Run the script to mount the disks. It asks for this password: {0}', script.password),
    detail: [
      where,
      script.system === 'Windows'
        ? t('Run it as administrator on a computer with a system at least as new as that of the machine.')
        : t('Run it as root on a computer that knows the file systems of the machine.'),
      t(
        'The disks are connected for {0} hours. To end it sooner, run "Recover Files…" on the point again.',
        CONNECTED_HOURS,
      ),
    ].join('\n'),
    actions: [copy],
  });
  if (chosen === copy) await ui.copy(script.password);
}
