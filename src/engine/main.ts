import { runCommandLine } from './process/commandLine';
import { serve } from './serve';

export { serve };

/** Runs the engine as this process until it stops. What starts it as a service calls this by name. */
export async function start(argv: readonly string[]): Promise<void> {
  process.exit(await runCommandLine(argv, serve));
}

// dist/engine.js is what the extension starts as a process of its own; the command line only takes `serve` from it.
if (require.main === module) void start(process.argv.slice(2));
