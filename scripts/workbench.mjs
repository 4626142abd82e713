import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { installCodeServer } from '../test/workbench/install.mjs';
import { chromium } from '../test/workbench/paths.mjs';

const say = (line) => process.stderr.write(`${line}\n`);

/** Makes sure that code-server and a browser are there for the tests inside a workbench. */
export async function ensureWorkbench() {
  installChromium();
  installCodeServer(say);
}

function installChromium() {
  if (existsSync(chromium)) return;
  const byHand = 'Install the Debian package "chromium", or name a Chromium in the variable CHROMIUM.';
  if (process.env.CHROMIUM) throw new Error(`CHROMIUM names ${chromium}, which is not there. ${byHand}`);
  if (process.getuid?.() !== 0) throw new Error(`These tests need a browser. ${byHand}`);
  say('Installing chromium with apt-get, about half a minute…');
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const { status, error, stderr } = spawnSync('apt-get', ['-qq', ...args], {
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      maxBuffer: 64 << 20,
    });
    if (error?.code === 'ENOENT') throw new Error(`There is no apt-get on this machine. ${byHand}`);
    if (status !== 0) throw new Error(`apt-get ${args[0]} failed. ${byHand}\n${stderr}`);
  }
}
