// Makes the pictures of the README: runs the story in a real workbench and keeps some of its screenshots.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { node, root } from './paths.mjs';

const pictures = {
  'vault.png': '17-vault-vs-dark.png',
  'policy.png': '06-policy-form.png',
  'job.png': '11-first-backup.png',
};

const story = ['--level', 'e2e', '--grep', 'the story of a first backup'];
const { status } = spawnSync(node, [join(root, 'scripts/test.mjs'), ...story], { stdio: 'inherit' });
if (status === 0) {
  const folder = join(root, 'media/readme');
  mkdirSync(folder, { recursive: true });
  for (const [name, source] of Object.entries(pictures)) {
    copyFileSync(join(root, 'out/screenshots', source), join(folder, name));
  }
}
process.exitCode = status ?? 1;
