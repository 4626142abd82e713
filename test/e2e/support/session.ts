import type { Browser } from 'playwright-core';
import { vsix } from '../../workbench/paths.mjs';
import { launchBrowser, type ServerOptions, startServer, type WorkbenchServer } from '../../workbench/server.mjs';
import { Workbench } from './workbench';

/** The packaged extension in a workbench with a profile of its own, and a first window of it. */
export interface Session {
  readonly server: WorkbenchServer;
  readonly browser: Browser;
  readonly workbench: Workbench;
  readonly close: () => Promise<void>;
}

/**
 * @param options what the server needs besides the extension
 * @param prepare what is done before the window is opened
 */
export async function openSession(
  options: Omit<ServerOptions, 'vsix'> = {},
  prepare?: (server: WorkbenchServer) => void,
): Promise<Session> {
  const server = await startServer({ ...options, vsix });
  prepare?.(server);
  const browser = await launchBrowser();
  const close = async () => {
    await browser.close();
    await server.stop();
  };
  try {
    return { server, browser, workbench: await Workbench.open(browser, server), close };
  } catch (error) {
    await close();
    throw error;
  }
}
