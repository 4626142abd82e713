import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Node 24, which comes with the dependencies: the machine's own may be older. */
export const node = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** The packaged extension. */
export const vsix = join(root, 'dist/vm-backup.vsix');
