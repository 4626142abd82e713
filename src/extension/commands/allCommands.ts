import { archiveCommands } from './archiveCommands';
import { azureCommands } from './azureCommands';
import type { CommandContext, Handlers } from './commandContext';
import { engineCommands } from './engineCommands';
import { generalCommands } from './generalCommands';
import { jobCommands } from './jobCommands';
import { labCommands } from './labCommands';
import { machineCommands } from './machineCommands';
import { pointCommands } from './pointCommands';
import { protectionCommands } from './protectionCommands';
import { serviceCommands } from './serviceCommands';
import { vaultCommands } from './vaultCommands';
import { viewCommands } from './viewCommands';

/** A handler for every command there is; the compiler notices one that is missing. */
export function allCommands(context: CommandContext): Handlers {
  return {
    ...generalCommands(context),
    ...vaultCommands(context),
    ...azureCommands(context),
    ...viewCommands(context),
    ...machineCommands(context),
    ...jobCommands(context),
    ...engineCommands(context),
    ...serviceCommands(context),
    ...pointCommands(context),
    ...archiveCommands(context),
    ...protectionCommands(context),
    ...labCommands(context),
  };
}
