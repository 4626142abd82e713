import type { AppError } from '../../domain/errors';
import { errorIn } from './errorEnvelope';

const LINES_SHOWN = 5;

/** What an engine that ended left in its log: its own reason (the last line is an error envelope then), else the last lines. */
export function lastWords(log: string): AppError | string {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  return envelope(lines.at(-1) ?? '') ?? lines.slice(-LINES_SHOWN).join('\n');
}

function envelope(line: string): AppError | undefined {
  try {
    return errorIn(JSON.parse(line));
  } catch {
    return undefined; // an ordinary log line
  }
}
