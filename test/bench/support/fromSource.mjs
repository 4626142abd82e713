import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { root } from '../../../scripts/paths.mjs';

/** Bundles a module of this project into `folder` and imports it. `source` is its path from the project's root. */
export async function importSource(folder, source) {
  const outfile = join(folder, `${basename(source, '.ts')}.cjs`);
  await build({
    entryPoints: [join(root, source)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    logLevel: 'warning',
  });
  return import(pathToFileURL(outfile).href);
}
