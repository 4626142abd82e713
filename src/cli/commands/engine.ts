import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { formatBytes } from '../../domain/sizes';
import { VERSION } from '../../protocol/version';
import { type CommonOptions, dataFolderOf, type LocalEngine, withEngine } from '../context';
import { count, printResult } from '../output';
import { portNumber } from '../policyOptions';

/** Where a port with TLS is by default. */
const TLS_PORT = 8443;

type ServeOptions = CommonOptions & { port?: number; tls: boolean; clientFile?: string; socketGroup?: string };

const DAMAGED =
  'Something is damaged; the lines above say what. Other points restore as before, and the next backup of a machine\n' +
  'stores damaged chunks anew if its disk still has them.';

/** `serve`, `verify`, `repair` and `version`. */
export function addEngineCommands(program: Command): void {
  program
    .command('serve')
    .description('run the engine of the data folder until SIGTERM; prints one JSON line when it is ready')
    .option('--port <n>', 'also listen on loopback TCP; 0 takes any free port', portNumber)
    .option('--tls', 'make that port speak TLS and let Azure tools sign in, see docs/OFFLINE-AZURE.md', false)
    .option(
      '--client-file <file>',
      'with --tls: client id and secret; made if missing (default: client.json, data folder)',
    )
    .option(
      '--socket-group <group>',
      'let the members of a group use the engine too, with all its rights: their endpoint is in DATA.clients',
    )
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<ServeOptions>();
      if (options.clientFile !== undefined && !options.tls) throw needsTls();
      const { socketGroup } = options;
      if (socketGroup !== undefined && process.platform === 'win32') throw notOnWindows();
      const data = dataFolderOf(options);
      const tls = options.tls ? { clientFile: resolve(options.clientFile ?? join(data, 'client.json')) } : undefined;
      const { serve } = await import('../../engine/main');
      // Somebody who starts a server wants it to stay, also while nobody asks it anything.
      const port = options.port ?? (tls && TLS_PORT);
      const serving = await serve({ data, port, tls, socketGroup, idleMs: Infinity });
      if (!serving.here && port !== undefined && (port !== serving.endpoint.port || tls)) {
        process.stderr.write(
          'The engine that runs already keeps its endpoint; stop it first to serve on another port.\n',
        );
      }
      if (!serving.here && socketGroup !== undefined) {
        process.stderr.write('The engine that runs already lets in whom it did; stop it first to let a group in.\n');
      }
      await serving.stopped;
    });
  program
    .command('verify')
    .description('read and check everything that the vaults hold; exit code 1 if anything is damaged')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const report = await withOwnEngine(options, (engine) => engine.local.verify());
      printResult(options, report, () =>
        [
          ...report.catalogProblems.map((problem) => `Catalog: ${problem}`),
          ...report.vaults.flatMap(({ name, ok, points, packs, checkedBytes, healedBlobs, healedPoints, problems }) => [
            `${name}: ${ok ? 'whole' : 'DAMAGED'}, ${count(points, 'point')}, ${count(packs, 'pack')}, ${formatBytes(checkedBytes)} checked`,
            ...(healedBlobs + healedPoints > 0
              ? [`  mended from a copy: ${count(healedBlobs, 'chunk')}, ${count(healedPoints, 'point')}`]
              : []),
            ...problems.map((problem) => `  ${problem}`),
          ]),
          report.ok ? 'Everything is whole.' : DAMAGED,
        ].join('\n'),
      );
      if (!report.ok) process.exitCode = 1;
    });
  program
    .command('repair')
    .description('make the index of each vault anew from its packs, and list points that the catalog had lost')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const report = await withOwnEngine(options, (engine) => engine.local.repair());
      printResult(options, report, () =>
        report.vaults
          .flatMap((v) => [
            `${v.name}: ${count(v.packs, 'pack')} indexed, ${v.adoptedPacks} found again, ${v.droppedPacks} gone, ` +
              `${v.unreadablePacks} unreadable, ${count(v.adoptedPoints, 'point')} found again`,
            ...v.adoptedMachines.map((name) => `  ${name} is back, with its protection stopped`),
            ...v.problems.map((problem) => `  ${problem}`),
          ])
          .concat(report.ok ? 'Done.' : 'Not everything could be mended; the lines above say what.')
          .join('\n'),
      );
      if (!report.ok) process.exitCode = 1;
    });
  program
    .command('version')
    .description('print the version')
    .action((_options: object, command: Command) => {
      printResult(command.optsWithGlobals<CommonOptions>(), { version: VERSION, node: process.version }, () => VERSION);
    });
}

function needsTls(): InvalidArgumentError {
  return new InvalidArgumentError('--client-file goes with --tls.');
}

function notOnWindows(): InvalidArgumentError {
  return new InvalidArgumentError('--socket-group is not for Windows, whose pipes know no groups.');
}

/** As {@link withEngine}; an engine that was only started for this stops again. */
async function withOwnEngine<T>(options: CommonOptions, work: (engine: LocalEngine) => Promise<T>): Promise<T> {
  return withEngine(options, async (engine) => {
    try {
      return await work(engine);
    } finally {
      if (engine.startedEngine) await engine.stopEngine();
    }
  });
}
