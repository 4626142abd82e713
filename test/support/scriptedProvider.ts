import type { GuestHookResult } from '../../src/domain/consistency';
import { imageProvider, type MachineProvider, type MachineReport } from '../../src/engine/machines/provider';

/** A machine as a test wants it to be; its disks are still real images. */
export interface ScriptedMachine extends Partial<MachineReport> {
  readonly guestHook?: GuestHookResult;
}

/** Says of every machine what the script says; unless told otherwise it runs with a current agent. */
export function scriptedProvider({ guestHook = 'notRun', ...report }: ScriptedMachine): MachineProvider {
  return {
    report: async () => ({
      power: 'running',
      provisioning: 'Succeeded',
      agent: { state: 'ready', version: '2.7.41491.1095' },
      ...report,
    }),
    begin: async (machine) => ({ ...(await imageProvider.begin(machine)), guestHook }),
  };
}
