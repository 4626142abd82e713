import { isAppError } from '../domain/errors';

/** Prints the result of a command: one JSON object with `--json`, else the text for people. */
export function printResult(options: { json?: boolean }, result: object, text: () => string): void {
  process.stdout.write(`${options.json ? JSON.stringify(result) : text()}\n`);
}

/** Tells a failure: on stderr for people, and with `--json` also as the one object on stdout. */
export function printFailure(options: { json?: boolean }, error: unknown): void {
  const { code, message, recommendation, details } = describe(error);
  const lines = [message, ...details.map((detail) => `  ${detail}`), ...(recommendation ? [recommendation] : [])];
  process.stderr.write(`${lines.join('\n')} (${code})\n`);
  if (options.json) printJsonFailure(error);
}

/** The one object on stdout of a command that failed with `--json`. */
export function printJsonFailure(error: unknown): void {
  const { code, message, recommendation, details } = describe(error);
  const told = { code, message, ...(recommendation && { recommendation }), ...(details.length > 0 && { details }) };
  process.stdout.write(`${JSON.stringify({ ok: false, error: told })}\n`);
}

/** Columns padded to their widest cell, the first row as heading; only `none` when there are no rows. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[], none?: string): string {
  if (rows.length === 0 && none !== undefined) return none;
  const all = [heading, ...rows];
  const widths = heading.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return all.map(line).join('\n');
}

/** A moment (ms UTC) to the second, for example `2026-11-22 18:34:47Z`. */
export function moment(ms: number | undefined): string {
  return ms === undefined
    ? '–'
    : new Date(ms)
        .toISOString()
        .replace('T', ' ')
        .replace(/\.\d+Z$/, 'Z');
}

/** `1 disk`, `2 disks`. */
export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function describe(error: unknown): { code: string; message: string; recommendation?: string; details: string[] } {
  if (!isAppError(error)) {
    return { code: 'Failed', message: error instanceof Error ? error.message : String(error), details: [] };
  }
  const { recommendation, details = [] } = error.details;
  const message = error.message.replaceAll('\r\n', '\n'); // as Azure writes some
  return { code: error.code, message, recommendation, details: details.map((detail) => detail.message) };
}
