import { spawn } from 'node:child_process';
import { appError } from '../../domain/errorCatalogue';
import type { AppError } from '../../domain/errors';
import { debuggerArguments, engineEnvironment, NODE_ARGUMENTS } from './engineEnvironment';
import { openEngineLog } from './engineLogFile';
import { lastWords } from './lastWords';
import { folderNotWritable, startFailed } from './startFailures';

/** A process that was started to be the engine. It goes on without us. */
export interface StartedProcess {
  /** How it ended: `undefined` while it runs, `{}` when another engine was there first, else the reason. */
  readonly end: () => Promise<{ readonly failure?: AppError } | undefined>;
}

interface StartOptions {
  /** The Node.js (or Electron) program that runs the engine. */
  readonly nodePath: string;
  readonly script: string;
  readonly dataFolder: string;
  readonly args: readonly string[];
}

/** Starts an engine process that outlives this one. */
export async function startEngine({ nodePath, script, dataFolder, args }: StartOptions): Promise<StartedProcess> {
  const log = await openEngineLog(dataFolder).catch((error: unknown) => {
    throw folderNotWritable(dataFolder, error);
  });
  try {
    const nodeArguments = [...NODE_ARGUMENTS, ...debuggerArguments(process.env)];
    const child = spawn(nodePath, [...nodeArguments, script, '--data', dataFolder, ...args], {
      detached: true, // a session of its own: no signal for the extension host's group reaches it
      // A pipe to the extension host would end the engine with EPIPE later. Stdout tells the token: not for a log.
      stdio: ['ignore', 'ignore', log.handle.fd],
      cwd: dataFolder, // never the workspace: it would keep that folder busy
      windowsHide: true,
      env: engineEnvironment(process.env),
    });
    let ended: { code: number | null; signal: string | null } | { error: Error } | undefined;
    child.on('error', (error) => {
      ended = { error };
    });
    child.on('exit', (code, signal) => {
      ended = { code, signal };
    });
    child.unref();
    return {
      end: async () => {
        if (!ended) return undefined;
        if ('error' in ended)
          return { failure: appError('EngineUnfit', { file: nodePath, reason: ended.error.message }) };
        if (ended.code === 0) return {};
        return { failure: failureIn(await log.readNew(), dataFolder, ended.code ?? ended.signal) };
      },
    };
  } finally {
    await log.handle.close();
  }
}

function failureIn(text: string, dataFolder: string, end: number | string | null): AppError {
  const said = lastWords(text);
  return typeof said === 'string' ? startFailed(dataFolder, `it ended with ${end}. ${said}`) : said;
}
