import { COMMANDS } from '../commands/ids';
import { dateText } from '../model/format';
import type { MachineFacts } from '../model/machineFacts';
import type { Stores } from '../model/stores';
import type { Target } from '../model/target';
import { t } from '../text';
import type { Ui } from '../ui/messages';
import { ONE_QUESTION } from '../ui/prompts';
import { countedWords, countPoints, oldestOf, type PointCounts, uncountedReason } from './countPoints';
import { workOnMachines } from './machineWork';
import { askTypedName } from './typedName';

/** Days of soft delete where the vault does not say. */
const USUAL_DAYS = 14;

/** Asks what becomes of the recovery points, then stops protection. */
export async function stopProtection(stores: Stores, ui: Ui, machines: readonly MachineFacts[]): Promise<void> {
  const title = t('Stop protection');
  const counts = await countPoints(stores, ui, machines);
  const answer = await ui.prompts.pick<'keep' | 'delete'>({
    title,
    ...ONE_QUESTION,
    placeholder: t('What happens to the recovery points of {0}?', namesOf(machines)),
    items: [
      {
        value: 'keep',
        label: t('$(debug-pause) Keep backup data'),
        detail: keptWords(machines, counts),
      },
      {
        value: 'delete',
        label: t('$(trash) Delete backup data'),
        detail: lossWords(machines, counts),
      },
    ],
  });
  if (answer.kind === 'back') return;
  if (answer.value === 'keep') await keepData(stores, ui, machines, counts);
  else await deleteCounted(stores, ui, machines, counts);
}

/** Stops protection and keeps the recovery points, without a question. */
export async function stopKeepingData(stores: Stores, ui: Ui, machines: readonly MachineFacts[]): Promise<void> {
  await keepData(stores, ui, machines, await countPoints(stores, ui, machines));
}

async function keepData(stores: Stores, ui: Ui, machines: readonly MachineFacts[], counts: PointCounts): Promise<void> {
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
  const points = countedWords(counts, done);
  ui.toast({
    level: 'info',
    text:
      points === undefined
        ? t('Backups of {0} are stopped. Their recovery points are kept, and nothing expires by itself.', namesOf(done))
        : t('Backups of {0} are stopped, with {1} kept. Nothing expires by itself.', namesOf(done), points),
    actions: [{ title: t('Undo'), command: COMMANDS.resumeProtection, targets: undo }],
  });
}

/** Deletes machines' backup data, after the name was typed. */
export async function deleteBackupData(stores: Stores, ui: Ui, machines: readonly MachineFacts[]): Promise<void> {
  await deleteCounted(stores, ui, machines, await countPoints(stores, ui, machines));
}

async function deleteCounted(
  stores: Stores,
  ui: Ui,
  machines: readonly MachineFacts[],
  counts: PointCounts,
): Promise<void> {
  const title = t('Delete backup data');
  await askTypedName(ui, { title, loss: lossWords(machines, counts), name: namesOf(machines) });
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
  const points = countedWords(await countPoints(stores, ui, done), done);
  ui.toast({
    level: 'info',
    text:
      points === undefined
        ? t('The backup data of {0} is back. Backups stay stopped.', namesOf(done))
        : t('The backup data of {0} is back, with {1}. Backups stay stopped.', namesOf(done), points),
    actions: [{ title: t('Resume protection'), command: COMMANDS.resumeProtection, targets }],
  });
}

/** What keeping means: `14 points, 4.1 GB kept. Nothing expires by itself, and it goes on taking space.` */
function keptWords(machines: readonly MachineFacts[], counts: PointCounts): string {
  const points = countedWords(counts, machines);
  return points === undefined
    ? [
        t('All recovery points are kept. Nothing expires by itself, and it goes on taking space.'),
        uncounted(counts),
      ].join(' ')
    : t('{0} kept. Nothing expires by itself, and it goes on taking space.', points);
}

/** What deleting costs: `Deletes 14 points, oldest 2026-10-12; kept soft-deleted for 14 days, then gone.` */
function lossWords(machines: readonly MachineFacts[], counts: PointCounts): string {
  const points = countedWords(counts, machines);
  const oldest = oldestOf(counts, machines);
  const days = daysOf(machines);
  if (points === undefined) {
    const loss =
      days === 0
        ? t('Deletes all recovery points. The vault has no soft delete: they are gone at once.')
        : t('Deletes all recovery points; kept soft-deleted for {0} days, then gone.', days);
    return [loss, uncounted(counts)].join(' ');
  }
  const lost = oldest === undefined ? points : t('{0}, oldest {1}', points, dateText(oldest));
  return days === 0
    ? t('Deletes {0}. The vault has no soft delete: they are gone at once.', lost)
    : t('Deletes {0}; kept soft-deleted for {1} days, then gone.', lost, days);
}

function uncounted(counts: PointCounts): string {
  return t('How many there are could not be found out: {0}', uncountedReason(counts) ?? '');
}

/** The machine's name, or how many there are: what a deletion asks to be typed. */
export function namesOf(machines: readonly MachineFacts[]): string {
  const [only] = machines;
  return machines.length === 1 && only ? only.name : t('{0} machines', machines.length);
}

/** The fewest days that any of the machines' vaults keeps what was deleted. */
function daysOf(machines: readonly MachineFacts[]): number {
  return Math.min(...machines.map(({ vault }) => vault?.softDeleteDays ?? USUAL_DAYS));
}
