import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { appError } from '../../domain/errorCatalogue';
import { SERVICE_FOLDER, serviceName } from './definition';
import { Launchd } from './launchd';
import type { ServiceManager } from './manager';
import { type OwnRuntime, serviceProgram } from './program';
import { type Run, runProgram } from './run';
import { Systemd } from './systemd';
import { TaskScheduler } from './taskScheduler';
import { UserService } from './userService';

export interface OpenUserServiceOptions {
  /** Absolute. */
  readonly dataFolder: string;
  readonly bundleFolder: string;
  /** Runs the engine instead of this process's own runtime or the Node.js on the PATH. */
  readonly nodePath?: string;
}

/** The service of a data folder on this computer. @throws AppError `ServiceUnsupported` */
export function openUserService({ dataFolder, bundleFolder, nodePath }: OpenUserServiceOptions): UserService {
  const own = { execPath: process.execPath, electron: process.versions.electron !== undefined };
  return new UserService({
    dataFolder,
    bundleFolder,
    platform: process.platform,
    manager: managerOf(dataFolder, runProgram),
    program: () => serviceProgram(runProgram, own satisfies OwnRuntime, nodePath),
  });
}

function managerOf(dataFolder: string, run: Run): ServiceManager {
  const name = serviceName(dataFolder);
  const user = userInfo();
  switch (process.platform) {
    case 'linux': {
      const configFolder = process.env.XDG_CONFIG_HOME || join(homedir(), '.config');
      return new Systemd({ name, configFolder, userName: user.username, run });
    }
    case 'darwin':
      return new Launchd({ name, home: homedir(), uid: user.uid, run });
    case 'win32': {
      const { USERDOMAIN: domain } = process.env;
      const folder = join(dataFolder, SERVICE_FOLDER);
      return new TaskScheduler({ name, folder, user: domain ? `${domain}\\${user.username}` : user.username, run });
    }
    default:
      throw appError('ServiceUnsupported', { platform: process.platform });
  }
}
