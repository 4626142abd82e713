import { Command, CommanderError } from 'commander';
import { VERSION } from '../protocol/version';
import { addBackupCommands } from './commands/backup';
import { addEngineCommands } from './commands/engine';
import { addResourceCommands } from './commands/resources';
import { addDemoCommand } from './demo/command';
import { printFailure } from './output';

const program = new Command('vm-backup')
  .description('Backs up and restores virtual machine disks with Recovery Services vaults, on this computer.')
  .version(VERSION)
  .option('--data <dir>', 'data folder of the engine (default: $VMBACKUP_DATA, else the user’s data folder)')
  .option('--json', 'print one JSON object on stdout, everything else on stderr')
  .exitOverride()
  .configureHelp({ showGlobalOptions: true })
  .enablePositionalOptions(false);

addEngineCommands(program);
addDemoCommand(program);
addResourceCommands(program);
addBackupCommands(program);

/** Exit codes: 0 done, 1 failed with the reason, 2 wrong usage. */
async function run(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2; // commander has said what is wrong
      return;
    }
    printFailure(program.opts(), error);
    process.exitCode = 1;
  }
}

void run();
