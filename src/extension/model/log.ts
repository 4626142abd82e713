/** The part of `vscode.LogOutputChannel` that the extension writes to. Logs stay English and never hold secrets. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
