// Installs code-server (VS Code built for the browser) into .vscode-test.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { codeServer, installFolder, root } from './paths.mjs';

const manifests = join(root, 'test/workbench/code-server');
const stamp = join(installFolder, 'installed-lock.json');

/** Does nothing if the locked version is already there. `say` gets one line per slow step. */
export function installCodeServer(say = () => {}) {
  const wanted = readFileSync(join(manifests, 'package-lock.json'), 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('Installing code-server into .vscode-test, about 15 seconds…');
  rmSync(installFolder, { recursive: true, force: true });
  cpSync(manifests, installFolder, { recursive: true });
  // Its install scripts would compile native modules that need system headers and that no test uses; ripgrep,
  // node-pty and the file watcher come prebuilt inside their packages.
  npm(['ci', '--ignore-scripts'], installFolder);
  // `npm ci` refuses the inner lock file, which lacks an optional package; `npm install` takes it.
  npm(['install', '--omit=dev', '--ignore-scripts', '--no-save'], join(codeServer, 'lib/vscode'));
  writeFileSync(stamp, wanted);
}

function npm(args, cwd) {
  const { status, error, stdout, stderr } = spawnSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed in ${cwd}:\n${stdout}${stderr}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) installCodeServer(console.error);
