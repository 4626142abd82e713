// Packages the extensions of the tests, which are installed beside the product's.
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { out, root } from './paths.mjs';

/** Makes the .vsix of a folder beside this file and returns its path. */
export async function packageHelper(folder) {
  mkdirSync(out, { recursive: true });
  const file = join(out, `test-${folder}.vsix`);
  const vsce = join(root, 'node_modules/@vscode/vsce/vsce');
  const flags = ['--no-dependencies', '--allow-missing-repository', '--skip-license'];
  const cwd = join(root, 'test/workbench', folder);
  await promisify(execFile)(process.execPath, [vsce, 'package', ...flags, '--out', file], { cwd });
  return file;
}
