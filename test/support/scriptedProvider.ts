import { copyFile } from 'node:fs/promises';
import type { GuestHookResult } from '../../src/domain/consistency';
import { cloneImages } from '../../src/engine/machines/cloneImages';
import {
  imageProvider,
  type MachineProvider,
  type MachineReport,
  type ProvidedMachine,
} from '../../src/engine/machines/provider';
import type { MachineSession } from '../../src/engine/machines/session';

/** A machine as a test wants it to be; its disks are still real images. */
export interface ScriptedMachine extends Partial<MachineReport> {
  readonly guestHook?: GuestHookResult;
  /** Its file system shares blocks, as far as anybody can see: snapshots are kept as copies. */
  readonly keepsSnapshots?: boolean;
}

/** A session's way to keep snapshots on any file system. */
export function copyingSnapshots(machine: ProvidedMachine): Pick<MachineSession, 'keepSnapshot'> {
  const paths = machine.disks.map(({ path }) => path);
  return { keepSnapshot: async (folder) => cloneImages(paths, folder, copyFile) };
}

/** Says of every machine what the script says; unless told otherwise it runs with a current agent. */
export function scriptedProvider({
  guestHook = 'notRun',
  keepsSnapshots,
  ...report
}: ScriptedMachine): MachineProvider {
  return {
    report: async () => ({
      power: 'running',
      provisioning: 'Succeeded',
      agent: { state: 'ready', version: '2.7.41491.1095' },
      ...report,
    }),
    check: async (machine) => imageProvider.check(machine),
    begin: async (machine) => ({
      ...(await imageProvider.begin(machine)),
      ...(keepsSnapshots === true && copyingSnapshots(machine)),
      guestHook,
    }),
  };
}
