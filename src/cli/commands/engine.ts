import type { Command } from 'commander';
import { formatBytes } from '../../domain/sizes';
import { VERSION } from '../../protocol/version';
import { type CommonOptions, dataFolderOf, type LocalEngine, withEngine } from '../context';
import { printResult } from '../output';
import { wholeNumber } from '../policyOptions';

/** `serve`, `verify`, `repair` and `version`. */
export function addEngineCommands(program: Command): void {
  program
    .command('serve')
    .description('run the engine of a data folder until SIGTERM; prints one JSON line when it is ready')
    .option('--port <n>', 'also listen on loopback TCP; 0 takes any free port', wholeNumber)
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { port?: number }>();
      const { serve } = await import('../../engine/main');
      // Somebody who starts a server wants it to stay, also while nobody asks it anything.
      const serving = await serve({ data: dataFolderOf(options), port: options.port, idleMs: Infinity });
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
          ...report.vaults.flatMap(({ name, ok, points, packs, checkedBytes, problems }) => [
            `${name}: ${ok ? 'whole' : 'DAMAGED'}, ${points} points, ${packs} packs, ${formatBytes(checkedBytes)} checked`,
            ...problems.map((problem) => `  ${problem}`),
          ]),
          report.ok ? 'Everything is whole.' : 'Something is damaged; the lines above say what.',
        ].join('\n'),
      );
      if (!report.ok) process.exitCode = 1;
    });
  program
    .command('repair')
    .description('make the index of each vault anew from its packs, and show points that the catalog had lost')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const report = await withOwnEngine(options, (engine) => engine.local.repair());
      printResult(options, report, () =>
        report.vaults
          .flatMap((v) => [
            `${v.name}: ${v.packs} packs indexed, ${v.adoptedPacks} found again, ${v.droppedPacks} gone, ` +
              `${v.unreadablePacks} unreadable, ${v.adoptedPoints} points found again`,
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
