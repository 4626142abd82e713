import { appError } from '../../domain/errorCatalogue';
import type { Run } from './run';

/** What may run the engine, as the caller's own process knows it. */
export interface OwnRuntime {
  /** Absolute path of the program that runs this process. */
  readonly execPath: string;
  /** Whether that is Electron, which stays where it is over updates. */
  readonly electron: boolean;
}

/**
 * The program that a service runs the engine with: the one that was chosen, else VS Code's own, else the Node.js on the
 * PATH if it is new enough: a VS Code server's own Node.js goes with the next update of VS Code.
 * @throws AppError `EngineUnfit` when the chosen one cannot be run
 */
export async function serviceProgram(run: Run, own: OwnRuntime, chosen: string | undefined): Promise<string> {
  if (chosen !== undefined) {
    const found = await nodeAt(run, chosen);
    if (found === undefined) throw appError('EngineUnfit', { file: chosen, reason: 'it is no Node.js.' });
    return found.path;
  }
  if (own.electron) return own.execPath;
  const found = await nodeAt(run, 'node');
  return found?.fit ? found.path : own.execPath;
}

/** Asks a Node.js where it is and whether it is new enough for the engine; the engine itself looks closer. */
async function nodeAt(run: Run, program: string): Promise<{ path: string; fit: boolean } | undefined> {
  const { code, stdout } = await run(program, ['-p', 'process.versions.node + " " + process.execPath']);
  const [, major = '', minor = '', path] = /^(\d+)\.(\d+)\.\d+\S* (.+?)\s*$/.exec(stdout) ?? [];
  if (code !== 0 || path === undefined) return undefined;
  return { path, fit: Number(major) > 22 || (Number(major) === 22 && Number(minor) >= 15) };
}
