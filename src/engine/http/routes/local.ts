import { engineSettings } from '../../../protocol/local';
import type { EngineSettingsService } from '../../services/engineSettings';
import type { JobService } from '../../services/jobs';
import type { LabService } from '../../services/lab';
import type { MachineFolders } from '../../services/machineFolders';
import type { MaintenanceService } from '../../services/maintenance';
import type { SchedulePause } from '../../services/schedulePause';
import type { VaultService } from '../../services/vaults';
import { readBody } from '../body';
import type { Operation } from '../operation';
import { JOB, jobIdIn, VAULT, vaultIdIn } from './params';

const LOCAL = 'providers/VmBackup.Local';

/** What ARM has no word for: the namespace `VmBackup.Local` (LIMITATIONS.md lists it). */
export function localRoutes(deps: {
  jobs: JobService;
  lab: LabService;
  machineFolders: MachineFolders;
  maintenance: MaintenanceService;
  pause: SchedulePause;
  settings: EngineSettingsService;
  vaults: VaultService;
}): Operation[] {
  const { jobs, lab, machineFolders, maintenance, pause, settings, vaults } = deps;
  return [
    {
      method: 'GET',
      path: `${JOB}/${LOCAL}/statistics/default`,
      handle: (request) => ({ status: 200, body: jobs.get(jobIdIn(request)).statistics }),
    },
    {
      method: 'GET',
      path: `${VAULT}/${LOCAL}/usage/default`,
      handle: async (request) => ({ status: 200, body: await vaults.usage(vaultIdIn(request)) }),
    },
    {
      method: 'POST',
      path: `/${LOCAL}/maintenance/verify`,
      handle: async () => ({ status: 200, body: await maintenance.verify() }),
    },
    {
      method: 'POST',
      path: `/${LOCAL}/maintenance/repair`,
      handle: async () => ({ status: 200, body: await maintenance.repair() }),
    },
    {
      method: 'POST',
      path: `/${LOCAL}/schedules/pause`,
      handle: () => {
        pause.pause();
        return { status: 204 };
      },
    },
    {
      method: 'POST',
      path: `/${LOCAL}/schedules/resume`,
      handle: () => {
        pause.resume();
        return { status: 204 };
      },
    },
    {
      method: 'GET',
      path: `/${LOCAL}/settings/default`,
      handle: () => ({ status: 200, body: settings.current }),
    },
    {
      method: 'PUT',
      path: `/${LOCAL}/settings/default`,
      handle: ({ body }) => {
        settings.save(readBody(engineSettings, body));
        return { status: 200, body: settings.current };
      },
    },
    {
      method: 'POST',
      path: `/${LOCAL}/machines/look`,
      handle: async () => {
        await machineFolders.look();
        return { status: 200, body: { problems: machineFolders.problems } };
      },
    },
    {
      method: 'POST',
      path: `/${LOCAL}/lab/create`,
      handle: async () => ({ status: 200, body: { machines: (await lab.create()).map((machine) => machine.id) } }),
    },
    {
      method: 'POST',
      path: `/${LOCAL}/lab/changeFiles`,
      handle: async () => ({ status: 200, body: { changes: await lab.changeFiles() } }),
    },
    {
      method: 'POST',
      path: `/${LOCAL}/lab/remove`,
      handle: async () => {
        await lab.remove();
        return { status: 204 };
      },
    },
  ];
}
