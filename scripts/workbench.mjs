import { existsSync } from 'node:fs';
import { installCodeServer } from '../test/workbench/install.mjs';
import { chromium } from '../test/workbench/paths.mjs';
import { installPackages } from './debian.mjs';

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
  // With glyphs for the second language of the pages: their widths are tested.
  installPackages(['chromium', 'fonts-droid-fallback'], byHand);
}
