import { maskIds } from '../../domain/maskIds';

/** The part of `vscode.LogOutputChannel` that the extension writes to. Logs stay English and never hold secrets. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** A log that is written without tokens, ids of subscriptions and tenants, and addresses of people. */
export function maskedLog(log: Log): Log {
  return {
    debug: (message) => log.debug(maskIds(message)),
    info: (message) => log.info(maskIds(message)),
    warn: (message) => log.warn(maskIds(message)),
    error: (message) => log.error(maskIds(message)),
  };
}
