// Makes dist/vm-backup.vsix.
import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from './build.mjs';
import { node, root, vsix } from './paths.mjs';

/** The most bytes of what is installed, and of what every window loads before a view is opened. */
const limits = [
  [vsix, 3_000_000],
  [join(root, 'dist/extension.js'), 1_000_000],
];

/** Builds and packages the extension; returns the size of the .vsix in bytes. */
export async function packageExtension() {
  await build();
  const vsce = join(root, 'node_modules/@vscode/vsce/vsce');
  await promisify(execFile)(
    node,
    [vsce, 'package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', vsix],
    {
      cwd: root,
    },
  ).catch((error) => {
    throw new Error(`vsce package failed:\n${error.stdout}${error.stderr}`);
  });
  for (const [file, limit] of limits) {
    const { size } = statSync(file);
    if (size > limit) throw new Error(`${file} has ${size} bytes, more than ${limit}`);
  }
  return statSync(vsix).size;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    const size = await packageExtension();
    console.log(`dist/vm-backup.vsix: ${(size / 1e6).toFixed(2)} MB`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
