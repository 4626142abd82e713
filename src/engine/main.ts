import { runCommandLine } from './process/commandLine';
import { serve } from './serve';

export { serve };

// dist/engine.js is what the extension starts as a process of its own; the command line only takes `serve` from it.
if (require.main === module) void runCommandLine(process.argv.slice(2), serve).then((code) => process.exit(code));
