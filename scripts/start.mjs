// Opens VS Code with the extension: the desktop's if there is one, else code-server in a browser.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { installCodeServer } from '../test/workbench/install.mjs';
import { startServer, workbenchUrl } from '../test/workbench/server.mjs';
import { packageExtension } from './package.mjs';
import { root, vsix } from './paths.mjs';

const shell = process.platform === 'win32'; // code is code.cmd there

if (spawnSync('code', ['--version'], { shell, stdio: 'ignore' }).status === 0) {
  const code = spawn('code', [`--extensionDevelopmentPath=${root}`], { shell, stdio: 'inherit' });
  [process.exitCode] = await once(code, 'exit');
} else {
  await serve();
}

async function serve() {
  console.error('No "code" command on the PATH: starting VS Code for the browser.');
  installCodeServer(console.error);
  await packageExtension();
  const home = join(root, 'out/start');
  mkdirSync(home, { recursive: true });
  const server = await startServer({ vsix, home });
  console.log(`VM Backup runs in ${workbenchUrl(server)}\nPress Ctrl-C to stop it.`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  console.error('Stopping…');
  await server.stop();
}
