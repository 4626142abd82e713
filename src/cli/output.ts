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
  if (options.json)
    process.stdout.write(`${JSON.stringify({ ok: false, error: { code, message, recommendation } })}\n`);
}

/** Columns padded to their widest cell, the first row as heading. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [heading, ...rows];
  const widths = heading.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return all.map(line).join('\n');
}

function describe(error: unknown): { code: string; message: string; recommendation?: string; details: string[] } {
  if (!isAppError(error)) {
    return { code: 'Failed', message: error instanceof Error ? error.message : String(error), details: [] };
  }
  const { recommendation, details = [] } = error.details;
  return { code: error.code, message: error.message, recommendation, details: details.map((d) => d.message) };
}
