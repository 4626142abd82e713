import { dirname } from 'node:path';
import type { RestoreProblem } from '../../client/connection';
import { type Failure, failureOf, isCancelled } from './failure';
import type { Link } from './link';
import { expandPath } from './paths';
import type { CheckFacts, Found } from './restoreChecks';
import { locationOf, restoreInput } from './restorePlan';

/** What a restore is about: a form, the machine that it restores and the point that it restores from. */
type Wish = Pick<CheckFacts, 'form' | 'inFolders' | 'machine' | 'point'>;

/** Whether the vault can be read by this computer; Azure reads its own. */
export async function lookAtVault(link: Link, { machine }: Wish): Promise<NonNullable<Found['vault']>> {
  const { item } = machine;
  try {
    // The holds are read from the vault itself.
    if (item) await link.run(async ({ local }) => local?.pointHolds(item.id));
    return 'readable';
  } catch (error) {
    return failureOf(error);
  }
}

/** What is free where the disks will be written. */
export async function lookAtDrive(
  { form, machine, inFolders }: Wish,
  freeBytes: (folder: string) => Promise<number | undefined>,
): Promise<NonNullable<Found['freeBytes']>> {
  const image = machine.machine?.disks[0]?.path;
  const inPlace = image === undefined ? undefined : dirname(image);
  const folder = form.target === 'replaceDisks' ? inPlace : expandPath(form.folder);
  if (!inFolders || folder === undefined) return 'unknown';
  return (await freeBytes(folder)) ?? 'unknown';
}

/** Has the service validate a restore. @returns `undefined` if it was called off */
export async function askService(
  link: Link,
  wish: Wish,
  signal: AbortSignal,
): Promise<readonly RestoreProblem[] | Failure | undefined> {
  const { form } = wish;
  try {
    return await link.run(async (client) => {
      const ask = (account: string) => client.restoreProblems(restoreInput(wish, account), { signal });
      if (!client.local || form.target === 'replaceDisks') return ask(form.storageAccountId);
      return client.local.withRestoreTarget(folderOf(wish), ask, { signal });
    });
  } catch (error) {
    return isCancelled(error) ? undefined : failureOf(error);
  }
}

/** Starts a restore. @returns the ARM id of its job */
export async function startRestore(link: Link, wish: Wish): Promise<string> {
  const { form } = wish;
  return link.run(async (client) => {
    const account =
      client.local && form.target !== 'replaceDisks'
        ? await client.local.restoreTarget(folderOf(wish))
        : form.storageAccountId;
    return client.restore(restoreInput(wish, account));
  });
}

function folderOf({ form, machine }: Pick<Wish, 'form' | 'machine'>) {
  return { folder: expandPath(form.folder), location: locationOf(machine) };
}
