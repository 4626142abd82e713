// Makes the pictures of the README: takes them in a real workbench, and keeps them with few colours.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser } from '../test/workbench/server.mjs';
import { palettePng } from './palettePng.mjs';
import { node, root } from './paths.mjs';

const taken = join(root, 'out/screenshots');
const kept = join(root, 'media/readme');
const PICTURE = /^readme-(.+\.png)$/;

const test = [join(root, 'scripts/test.mjs'), '--level', 'e2e', '--folder', 'long/pictures.test.ts'];
const { status } = spawnSync(node, test, { stdio: 'inherit' });
if (status === 0) await keep();
process.exitCode = status ?? 1;

async function keep() {
  rmSync(kept, { recursive: true, force: true });
  mkdirSync(kept, { recursive: true });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    for (const file of readdirSync(taken)) {
      const [, name] = PICTURE.exec(file) ?? [];
      if (name) writeFileSync(join(kept, name), palettePng(await pixelsOf(page, readFileSync(join(taken, file)))));
    }
  } finally {
    await browser.close();
  }
}

/** The pixels of a picture, which the browser reads. */
async function pixelsOf(page, png) {
  const { width, height, base64 } = await page.evaluate(
    async (source) => {
      const image = new Image();
      image.src = source;
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext('2d');
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      const bytes = btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join(''));
      return { width: image.width, height: image.height, base64: bytes };
    },
    `data:image/png;base64,${png.toString('base64')}`,
  );
  return { width, height, rgba: Buffer.from(base64, 'base64') };
}
