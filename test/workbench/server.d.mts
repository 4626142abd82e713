import type { Browser } from 'playwright-core';

export interface ServerOptions {
  /** A packaged extension to install first. */
  vsix?: string;
  /** Packaged extensions of the tests to install beside it. */
  helpers?: readonly string[];
  /** A profile folder that is kept; without it a temporary one, removed by `stop`. */
  home?: string;
  /**
   * Lets the address name an extension under development and its test suite, which a built VS Code otherwise
   * ignores. It also hides notification toasts, so leave it off for tests of the user interface.
   */
  testPayload?: boolean;
  /** Display language, for example `zh-tw`; English without it. VS Code's own words stay English. */
  locale?: string;
  env?: Record<string, string>;
  userSettings?: Record<string, unknown>;
}

export interface WorkbenchServer {
  readonly url: string;
  /** HOME, profile and temporary folder of everything that runs in the workbench. */
  readonly home: string;
  /** Asks the engines below `home` to stop and waits until they have. */
  stopEngines(): Promise<void>;
  /** Ends the workbench and its engines, and removes a temporary profile. */
  stop(): Promise<void>;
}

export function startServer(options?: ServerOptions): Promise<WorkbenchServer>;

export function workbenchUrl(
  server: Pick<WorkbenchServer, 'url'>,
  options?: { folder?: string; payload?: Record<string, string> },
): string;

export function launchBrowser(): Promise<Browser>;
