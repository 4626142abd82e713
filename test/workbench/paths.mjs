import { join } from 'node:path';
import { root } from '../../scripts/paths.mjs';

export { root, vsix } from '../../scripts/paths.mjs';

/** Reports, logs and pictures of test runs. */
export const out = join(root, 'out');

/** Where install.mjs puts code-server. */
export const installFolder = join(root, '.vscode-test/code-server');
export const codeServer = join(installFolder, 'node_modules/code-server');

/** Debian's Chromium; the variable CHROMIUM names another one. */
export const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
