/** Variables of the extension host that change what a Node process does: debugger hooks, IPC handles, coverage. */
const FOREIGN =
  /^(VSCODE_|ELECTRON_|NODE_OPTIONS$|NODE_CHANNEL|NODE_V8_COVERAGE$|NODE_UNIQUE_ID$|APPLICATION_INSIGHTS)/;

/**
 * Glibc gives the memory of big buffers back at once instead of keeping it for more of them, which halves what a busy
 * engine holds; other systems know none of these.
 */
const MEMORY = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '262144', MALLOC_TRIM_THRESHOLD_: '1048576' };

/** What every engine process needs. On the desktop process.execPath is Electron; elsewhere the last does nothing. */
export const ENGINE_VARIABLES = { ...MEMORY, ELECTRON_RUN_AS_NODE: '1' };

/** For Node itself: young objects are collected early rather than given room, as an engine runs for weeks. */
export const NODE_ARGUMENTS: readonly string[] = ['--max-semi-space-size=8'];

/** The environment for an engine process: proxies and certificate settings stay, for object stores. */
export function engineEnvironment(from: Readonly<NodeJS.ProcessEnv>): NodeJS.ProcessEnv {
  const kept = Object.entries(from).filter(([name]) => !FOREIGN.test(name));
  return { ...ENGINE_VARIABLES, ...Object.fromEntries(kept) };
}

/**
 * Lets a debugger attach to an engine that is started from a development window: its launch configuration names a
 * loopback address in `VMBACKUP_ENGINE_INSPECT`. Any other address is ignored.
 */
export function debuggerArguments(from: Readonly<NodeJS.ProcessEnv>): string[] {
  const address = from.VMBACKUP_ENGINE_INSPECT ?? '';
  return /^127\.0\.0\.1:\d{1,5}$/.test(address) ? [`--inspect=${address}`] : [];
}
