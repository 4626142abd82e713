import type { Command } from 'commander';
import { openUserService } from '../../client/service/openUserService';
import type { UserService, UserServiceState } from '../../client/service/userService';
import { bundleFolder, type CommonOptions, dataFolderOf } from '../context';
import { count, moment, printResult } from '../output';

const ACTIONS = [
  ['install', 'have the engine run from log-in on, so that schedules run without a window or a terminal'],
  ['remove', 'have the engine run by itself only when it is needed; vaults and machines stay'],
  ['state', 'tell whether the service is installed and runs, and when the next backup is due'],
] as const;

/** `service install`, `remove` and `state`: the engine of the data folder as a service of the user's session. */
export function addServiceCommands(program: Command): void {
  const service = program.command('service').description('run the engine as a service of your session');
  for (const [name, description] of ACTIONS) {
    service
      .command(name)
      .description(description)
      .action(async (_options: object, command: Command) => {
        const options = command.optsWithGlobals<CommonOptions>();
        const state = await opened(options)[name]();
        const { problem, ...facts } = state;
        const told = problem && { code: problem.code, message: problem.message, ...problem.details };
        printResult(options, { ...facts, ...(told && { problem: told }) }, () => stateText(state));
      });
  }
}

function opened(options: CommonOptions): UserService {
  // Whoever has vm-backup run has its Node.js.
  return openUserService({ dataFolder: dataFolderOf(options), bundleFolder, nodePath: process.execPath });
}

/** The state as lines for people. */
function stateText(state: UserServiceState): string {
  const { dataFolder, definition, installed, engine, problem } = state;
  return [
    `Data folder  ${dataFolder}`,
    `Service      ${installed === undefined ? 'unknown' : installed ? serviceWords(state) : 'not installed'}`,
    `Definition   ${definition}`,
    `Engine       ${engine ? `${engine.version}, process ${engine.pid}${engine.service ? ', the service' : ', started on demand'}` : 'none answers'}`,
    ...(engine
      ? [
          `Machines     ${count(engine.protectedItems, 'machine')} protected, ${count(engine.runningJobs, 'job')} running`,
          `Next backup  ${moment(engine.nextRun)}`,
        ]
      : []),
    ...(problem ? [problem.message, ...(problem.details.recommendation ? [problem.details.recommendation] : [])] : []),
    ...(state.lingerBy === undefined ? [] : [`It ends when you log out. "${state.lingerBy}" has it go on.`]),
  ].join('\n');
}

function serviceWords({ state, running, engine }: UserServiceState): string {
  const words = state === undefined ? 'installed' : `installed, ${state}`;
  return running && engine && !engine.service ? `${words}, waits for the engine that runs now` : words;
}
