import type { Machine } from '../../domain/views';
import { t } from '../text';
import { physicalDisks, shareDisk } from './physicalDisk';

/** What is risky about vaults in a folder for the machines whose images lie beside it. */
export async function machineWarning(folder: string, machines: readonly Machine[]): Promise<string | undefined> {
  const disks = await physicalDisks(folder);
  const beside: string[] = [];
  for (const machine of machines) {
    const images = await Promise.all(
      machine.disks.flatMap(({ path }) => (path === undefined ? [] : [physicalDisks(path)])),
    );
    if (shareDisk(disks, images.flat())) beside.push(machine.name);
  }
  const [first] = beside;
  if (first === undefined) return undefined;
  const names = beside.length === 1 ? first : t('{0} and {1} more', first, beside.length - 1);
  return t('Same physical disk as {0}: a disk failure loses both.', names);
}

/** The warnings of several folders, by the names that they stand for. */
export async function machineWarnings(
  places: readonly { readonly name: string; readonly folder: string }[],
  machines: readonly Machine[],
): Promise<ReadonlyMap<string, string>> {
  const found = await Promise.all(
    places.map(
      async ({ name, folder }): Promise<[string, string | undefined]> => [
        name.toLowerCase(),
        await machineWarning(folder, machines),
      ],
    ),
  );
  return new Map(found.flatMap(([name, warning]) => (warning === undefined ? [] : [[name, warning]])));
}
