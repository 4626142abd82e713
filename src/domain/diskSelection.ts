/** Which data disks of a machine a backup reads, by LUN; the OS disk is always read (SPEC §1.7). */
export interface DiskSelection {
  readonly luns: readonly number[];
  /** True: only the named data disks; false: all but the named ones, disks added later included. */
  readonly include: boolean;
}

/** Whether a disk is backed up. @param lun `undefined` for the OS disk */
export function isSelected(selection: DiskSelection | undefined, lun: number | undefined): boolean {
  return selection === undefined || lun === undefined || selection.luns.includes(lun) === selection.include;
}

/** LUNs that a selection or a request names although no data disk has them. */
export function unknownLuns(named: readonly number[], attached: readonly (number | undefined)[]): number[] {
  return named.filter((lun) => !attached.includes(lun));
}
