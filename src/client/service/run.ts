import { execFile } from 'node:child_process';
import { appError } from '../../domain/errorCatalogue';
import type { AppError } from '../../domain/errors';

/** How a program ended, and what it said. */
export interface RunResult {
  /** Its exit code; `undefined` when it could not be started at all. */
  readonly code: number | undefined;
  readonly stdout: string;
  /** What it said on stderr, or why it could not be started. */
  readonly stderr: string;
}

/** Runs a program with its arguments, without a shell, and waits for its end. Never throws. */
export type Run = (program: string, args: readonly string[]) => Promise<RunResult>;

const PATIENCE_MS = 60_000;

/** Runs a program of this computer. */
export const runProgram: Run = (program, args) =>
  new Promise((resolve) => {
    const options = { encoding: 'utf8', timeout: PATIENCE_MS, windowsHide: true } as const;
    execFile(program, args, options, (error, stdout, stderr) => {
      if (!error) resolve({ code: 0, stdout, stderr });
      else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
      else resolve({ code: undefined, stdout, stderr: stderr || error.message });
    });
  });

/** Runs a program of which nothing but success will do. @throws AppError `ServiceCommandFailed` */
export async function runWell(run: Run, program: string, args: readonly string[]): Promise<string> {
  const result = await run(program, args);
  if (result.code === 0) return result.stdout;
  throw commandFailed(program, args, result);
}

/** The failure of a program that ended otherwise than it should. */
export function commandFailed(program: string, args: readonly string[], result: RunResult): AppError {
  return appError('ServiceCommandFailed', { command: commandText(program, args), reason: reasonOf(result) });
}

/** The failure of a computer whose service manager does not answer. */
export function unavailable(command: string, result: RunResult): AppError {
  return appError('ServiceManagerUnavailable', { command, reason: reasonOf(result) });
}

/** What a program gave as the reason of its failure, as one line. */
function reasonOf({ code, stdout, stderr }: RunResult): string {
  const said = (stderr.trim() || stdout.trim()).replaceAll(/\s*[\r\n]+\s*/g, ' ');
  return said === '' ? `it ended with ${code}.` : said;
}

/** A command as it would be typed. */
function commandText(program: string, args: readonly string[]): string {
  return [program, ...args].map((part) => (/[\s"']/.test(part) ? JSON.stringify(part) : part)).join(' ');
}
