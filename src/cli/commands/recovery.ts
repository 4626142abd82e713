import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../domain/errors';
import { type CommonOptions, withEngine } from '../context';
import { findVault } from '../find';
import { count, printResult, table } from '../output';

interface AttachOptions extends CommonOptions {
  readonly target: string;
  readonly recoveryKeyFile: string;
  readonly takeOver?: boolean;
  readonly group?: string;
}

/** `attach` and `rotate-key`: a vault comes back by its folder and recovery key alone. */
export function addRecoveryCommands(program: Command): void {
  program
    .command('attach')
    .description('bring back a vault of another computer, or of a lost data folder, by its folder and recovery key')
    .requiredOption('--target <dir>', 'folder of the vault, of its copy at a second site, or of the site that holds it')
    .requiredOption('--recovery-key-file <file>', 'file that holds the recovery key')
    .option('--take-over', 'own the vault, whoever owns it now; without it a vault in use is only read')
    .option('--group <name>', 'resource group to show it in (default: the one it was in)')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<AttachOptions>();
      const recoveryKey = await readKey(resolve(options.recoveryKeyFile));
      await withEngine(options, async (engine) => {
        const attached = await engine.local.attachVault({
          target: resolve(options.target),
          recoveryKey,
          takeOver: options.takeOver === true,
          resourceGroup: options.group,
        });
        printResult(options, attached, () =>
          [
            `Attached vault ${attached.name} in ${attached.resourceGroup}: ${count(attached.recoveryPoints, 'recovery point')}, ` +
              `policies ${attached.policies.join(', ') || 'none'}.`,
            table(
              ['MACHINE', 'POINTS'],
              attached.machines.map((machine) => [machine.name, String(machine.recoveryPoints)]),
              'It holds no machine.',
            ),
            ...attached.problems,
            attached.readOnly
              ? `It belongs to the engine of ${attached.holder ?? 'another computer'}, so it is only read. To back up into it from ` +
                'here, run this again with --take-over.'
              : 'Protection of its machines is stopped: add their disk images and protect them again to go on backing up.',
          ].join('\n'),
        );
      });
    });
  program
    .command('rotate-key <vault>')
    .description('make a new recovery key for a vault; the old one opens it no more')
    .action(async (name: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      await withEngine(options, async (engine) => {
        const vault = await findVault(engine, name);
        const recoveryKey = await engine.local.rotateRecoveryKey(vault.id);
        printResult(options, { vault, recoveryKey }, () =>
          [
            `New recovery key of ${vault.name}: ${recoveryKey}`,
            'Keep it in another place. It is not shown again, and the old key opens the vault no more; copies of the vault that\n' +
              'were made before still open with the old one.',
          ].join('\n'),
        );
      });
    });
}

/** The key as the file holds it. Never an option: what stands on a command line, every user of the computer can read. */
async function readKey(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new AppError('RecoveryKeyFileUnreadable', `The recovery key file ${file} cannot be read.`, {
      cause: error,
      details: { target: file, recommendation: 'Check the path, and that your user may read the file.' },
    });
  }
}
