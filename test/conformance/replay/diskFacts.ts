import type { Step } from './corpus';
import { listOf, membersOf, textOf } from './json';

/** LUNs of data disks that a request names: of an inclusion or exclusion list, or to restore. */
export function lunsIn(body: unknown, name = ''): number[] {
  if (Array.isArray(body)) {
    return /^(diskLunList|restoreDiskLunList)$/.test(name) ? body.filter((lun) => typeof lun === 'number') : [];
  }
  return Object.entries(membersOf(body)).flatMap(([key, member]) => lunsIn(member, key));
}

/** Names of a machine's data disks by LUN, as its recovery points tell them. @param machine lower-cased */
export function diskNamesIn(steps: readonly Step[], machine: string): Map<number, string> {
  const names = new Map<number, string>();
  for (const { response } of steps) {
    for (const point of [membersOf(response.body), ...listOf(response.body)]) {
      if (!textOf(point, 'id').toLowerCase().includes(`;${machine}/recoverypoints/`)) continue;
      const { includedDiskList, excludedDiskList } = membersOf(
        membersOf(point.properties).recoveryPointDiskConfiguration,
      );
      for (const disk of [includedDiskList, excludedDiskList].flatMap((list) =>
        Array.isArray(list) ? list.map(membersOf) : [],
      )) {
        if (typeof disk.lun === 'number' && disk.lun >= 0) names.set(disk.lun, textOf(disk, 'name'));
      }
    }
  }
  return names;
}
