import { COMMANDS } from '../commands/ids';
import { dayText } from '../model/format';
import type { MachineFacts } from '../model/machineFacts';
import { pointsWords } from '../model/machineView';
import type { Stores } from '../model/stores';
import type { Target } from '../model/target';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import { ONE_QUESTION } from '../ui/prompts';
import { workOnMachines } from './machineWork';
import { askTypedName } from './typedName';

/** Days of soft delete where the vault does not say. */
const USUAL_DAYS = 14;

/** Asks what becomes of the recovery points, then stops protection. */
export async function stopProtection(stores: Stores, ui: Ui, machines: readonly MachineFacts[]): Promise<void> {
  const title = t('Stop protection');
  const answer = await ui.prompts.pick<'keep' | 'delete'>({
    title,
    ...ONE_QUESTION,
    placeholder: t('What happens to the recovery points of {0}?', namesOf(machines)),
    items: [
      {
        value: 'keep',
        label: t('$(debug-pause) Keep backup data'),
        detail: t('{0} kept. Nothing expires by itself, and it goes on taking space.', pointsOf(machines)),
      },
      { value: 'delete', label: t('$(trash) Delete backup data'), detail: lossWords(machines, stores.clock.now()) },
    ],
  });
  if (answer.kind === 'back') return;
  if (answer.value === 'keep') await keepData(stores, ui, machines);
  else await deleteBackupData(stores, ui, machines);
}

async function keepData(stores: Stores, ui: Ui, machines: readonly MachineFacts[]): Promise<void> {
  const done = await workOnMachines(stores, ui, {
    title: t('Stop protection'),
    machines,
    run: ({ item, machineId }, signal) =>
      stores.links
        .of(machineId)
        .run(async (client) => item && client.stopProtection({ itemId: item.id, machineId }, { signal })),
  });
  if (done.length === 0) return;
  const undo = done.map(({ machineId, item }): Target => {
    return { kind: 'machine', machineId, ...(item?.policyId === undefined ? {} : { policyId: item.policyId }) };
  });
  ui.toast({
    level: 'info',
    text: t('Backups of {0} are stopped, with {1} kept. Nothing expires by itself.', namesOf(done), pointsOf(done)),
    actions: [{ title: t('Undo'), command: COMMANDS.resumeProtection, targets: undo }],
  });
}

/** Deletes machines' backup data, after the name was typed. */
export async function deleteBackupData(stores: Stores, ui: Ui, machines: readonly MachineFacts[]): Promise<void> {
  const title = t('Delete backup data');
  await askTypedName(ui, { title, loss: lossWords(machines, stores.clock.now()), name: namesOf(machines) });
  const done = await workOnMachines(stores, ui, {
    title,
    machines,
    run: ({ item, machineId }, signal) =>
      stores.links.of(machineId).run(async (client) => item && client.deleteBackupData(item.id, { signal })),
  });
  await stores.machines.refresh();
  if (done.length === 0) return;
  const days = daysOf(done);
  const targets = done.map(({ machineId }): Target => ({ kind: 'machine', machineId }));
  ui.toast({
    level: 'info',
    text:
      days === 0
        ? t('The backup data of {0} is deleted.', namesOf(done))
        : t('The backup data of {0} is deleted. It can be undeleted for {1} days.', namesOf(done), days),
    actions: days === 0 ? [] : [{ title: t('Undelete'), command: COMMANDS.undelete, targets }],
  });
}

/** Takes the deletion of machines' backup data back. */
export async function undelete(stores: Stores, ui: Ui, machines: readonly MachineFacts[]): Promise<void> {
  const done = await workOnMachines(stores, ui, {
    title: t('Undelete'),
    machines,
    run: ({ item, machineId }, signal) =>
      stores.links
        .of(machineId)
        .run(async (client) => item && client.undelete({ itemId: item.id, machineId }, { signal })),
  });
  if (done.length === 0) return;
  const targets = done.map(({ machineId }): Target => ({ kind: 'machine', machineId }));
  ui.toast({
    level: 'info',
    text: t('The backup data of {0} is back, with {1}. Backups stay stopped.', namesOf(done), pointsOf(done)),
    actions: [{ title: t('Resume protection'), command: COMMANDS.resumeProtection, targets }],
  });
}

/** What deleting costs: `Deletes 14 points, oldest Mon, 12 Oct 2026; kept soft-deleted for 14 days, then gone.` */
export function lossWords(machines: readonly MachineFacts[], now: number): string {
  const points = pointsOf(machines);
  const oldest = machines.flatMap(({ item }) => item?.oldestRecoveryPoint ?? []);
  const lost = oldest.length === 0 ? points : t('{0}, oldest {1}', points, dayText(Math.min(...oldest), now));
  const days = daysOf(machines);
  return days === 0
    ? t('Deletes {0}. The vault has no soft delete: they are gone at once.', lost)
    : t('Deletes {0}; kept soft-deleted for {1} days, then gone.', lost, days);
}

/** The machine's name, or how many there are: what a deletion asks to be typed. */
export function namesOf(machines: readonly MachineFacts[]): string {
  const [only] = machines;
  return machines.length === 1 && only ? only.name : t('{0} machines', machines.length);
}

function pointsOf(machines: readonly MachineFacts[]): string {
  return pointsWords(machines.reduce((sum, { pointCount = 0 }) => sum + pointCount, 0)) ?? '';
}

/** The fewest days that any of the machines' vaults keeps what was deleted. */
function daysOf(machines: readonly MachineFacts[]): number {
  return Math.min(...machines.map(({ vault }) => vault?.softDeleteDays ?? USUAL_DAYS));
}
