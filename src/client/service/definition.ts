import { createHash } from 'node:crypto';
import { posix, win32 } from 'node:path';
import { appError } from '../../domain/errorCatalogue';
import { ENGINE_LOG } from '../../protocol/engineEndpoint';
import { ENGINE_VARIABLES, NODE_ARGUMENTS } from '../local/engineEnvironment';

/** Sub-folder of the data folder with what the service starts. */
export const SERVICE_FOLDER = 'service';
/** In that folder: starts the newest copy of the engine. */
export const START_SCRIPT = 'start.js';

/** What the system shall run for the user's session. */
export interface ServiceDefinition {
  /** Unique for a data folder; letters, digits and hyphens. */
  readonly name: string;
  readonly description: string;
  /** Absolute path of the Node.js (or Electron) that runs the engine. */
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Absolute path of the file that stderr is added to. Stdout tells the token and goes nowhere. */
  readonly logFile: string;
}

/** The name of a data folder's service: every data folder has its own. */
export function serviceName(dataFolder: string): string {
  return `vm-backup-${createHash('sha256').update(dataFolder).digest('hex').slice(0, 12)}`;
}

/**
 * The service of a data folder.
 * @throws AppError `ServicePathUnusable` for a path that no definition could name
 */
export function serviceDefinition(options: {
  readonly dataFolder: string;
  readonly program: string;
  readonly platform: NodeJS.Platform;
}): ServiceDefinition {
  const { dataFolder, program, platform } = options;
  const paths = platform === 'win32' ? win32 : posix;
  for (const path of [dataFolder, program]) refuseControls(path);
  return {
    name: serviceName(dataFolder),
    description: `VM Backup engine of ${dataFolder}`,
    program,
    args: [...NODE_ARGUMENTS, paths.join(dataFolder, SERVICE_FOLDER, START_SCRIPT), '--data', dataFolder, '--service'],
    environment: ENGINE_VARIABLES,
    logFile: paths.join(dataFolder, ENGINE_LOG),
  };
}

/** Line breaks end a line of a unit or a script, and XML has no control characters at all. */
function refuseControls(path: string): void {
  if (!/\p{Cc}/u.test(path)) return;
  throw appError('ServicePathUnusable', { path: JSON.stringify(path), reason: 'it has a control character.' });
}
