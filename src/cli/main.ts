import { Command, CommanderError } from 'commander';
import { AppError } from '../domain/errors';
import { VERSION } from '../protocol/version';
import { addBackupCommands } from './commands/backup';
import { addEngineCommands } from './commands/engine';
import { addRecoveryCommands } from './commands/recovery';
import { addResourceCommands } from './commands/resources';
import { addServiceCommands } from './commands/service';
import { addDemoCommand } from './demo/command';
import { printFailure, printJsonFailure } from './output';

const AFTER_HELP = `
From nothing to a restored disk:
  vm-backup machine add web-01 --disk /images/web-01.raw
  vm-backup vault create home-vault
  vm-backup protect web-01 --vault home-vault
  vm-backup backup web-01
  vm-backup restore web-01 --to /restored

A command starts the engine of the data folder if none runs. The engine stays
while machines are protected, so that their schedules run; else it stops
10 minutes after its last client.

Exit codes: 0 done, 1 failed with the reason, 2 wrong usage.`;

const program = new Command('vm-backup')
  .usage('<command> [options]')
  .description('Backs up and restores virtual machine disks with Recovery Services vaults, on this computer.')
  .version(VERSION, '-V, --version', 'print the version')
  .option('--data <dir>', 'data folder of the engine (default: $VMBACKUP_DATA, else ~/.local/share/vm-backup)')
  .option('--json', 'print one JSON object on stdout, everything else on stderr')
  .helpOption('-h, --help', 'show help, also of a command')
  .addHelpText('after', AFTER_HELP)
  .showHelpAfterError('Add --help to see how it is used.')
  .exitOverride()
  .configureHelp({ showGlobalOptions: true })
  .enablePositionalOptions(false);

addDemoCommand(program.commandsGroup('Try it:'));
addResourceCommands(program.commandsGroup('Set up:'));
addBackupCommands(program.commandsGroup('Back up and restore:'));
const store = program.commandsGroup('Engine and store:');
addEngineCommands(store);
addServiceCommands(store);
addRecoveryCommands(store);
program.commandsGroup('Help:').helpCommand('help [command]', 'show help of a command');

/** Exit codes: 0 done, 1 failed with the reason, 2 wrong usage. */
async function run(): Promise<void> {
  // Whoever reads our output may go first (`vm-backup jobs | head`); that is no failure, and must not end an engine.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const options = { json: process.argv.includes('--json') }; // known also when the arguments are wrong
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      printFailure(options, error);
      process.exitCode = 1;
    } else if (error.exitCode !== 0) {
      if (options.json) printJsonFailure(usageError(error)); // commander has said it on stderr
      process.exitCode = 2;
    }
  }
}

function usageError({ code, message }: CommanderError): AppError {
  const text = code === 'commander.help' ? 'A command is needed.' : message.replace(/^error: /, '');
  return new AppError('WrongUsage', text, { details: { recommendation: 'Add --help to see how it is used.' } });
}

void run();
