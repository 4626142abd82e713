type Level = 'debug' | 'info' | 'warn' | 'error';

/** Where the engine tells what it does. Lines are for people; nothing parses them. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string, error?: unknown): void;
  error(message: string, error?: unknown): void;
}

const RANK: Record<Level, number> = { debug: 0, info: 1, warn: 2, error: 3 };

export interface LogOptions {
  /** Takes one line without its end. */
  readonly write: (line: string) => void;
  readonly level?: Level;
  readonly now?: () => number;
}

/** A {@link Log} that can be told secrets, which never appear in its lines again. */
export interface EngineLog extends Log {
  redact(secret: string): void;
}

/** Makes a log whose lines start with the ISO time and the level. */
export function createLog({ write, level = 'info', now = Date.now }: LogOptions): EngineLog {
  const secrets: string[] = [];
  const log = (of: Level, message: string, error?: unknown) => {
    if (RANK[of] < RANK[level]) return;
    let text = error === undefined ? message : `${message}: ${describe(error)}`;
    for (const secret of secrets) text = text.replaceAll(secret, '***');
    write(`${new Date(now()).toISOString()} ${of} ${text}`);
  };
  return {
    debug: (message) => log('debug', message),
    info: (message) => log('info', message),
    warn: (message, error) => log('warn', message, error),
    error: (message, error) => log('error', message, error),
    redact: (secret) => void secrets.push(secret),
  };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\n  caused by ${describe(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
