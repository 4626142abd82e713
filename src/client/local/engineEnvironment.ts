/** Variables of the extension host that change what a Node process does: debugger hooks, IPC handles, coverage. */
const FOREIGN =
  /^(VSCODE_|ELECTRON_|NODE_OPTIONS$|NODE_CHANNEL|NODE_V8_COVERAGE$|NODE_UNIQUE_ID$|APPLICATION_INSIGHTS)/;

/** The environment for an engine process: proxies and certificate settings stay, for object stores. */
export function engineEnvironment(from: Readonly<NodeJS.ProcessEnv>): NodeJS.ProcessEnv {
  const kept = Object.entries(from).filter(([name]) => !FOREIGN.test(name));
  // On the desktop process.execPath is Electron; elsewhere this does nothing.
  return { ...Object.fromEntries(kept), ELECTRON_RUN_AS_NODE: '1' };
}
