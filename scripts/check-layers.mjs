// Checks the import rules of .dependency-cruiser.cjs: `node scripts/check-layers.mjs [folder]`.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { node, root } from './paths.mjs';

const folder = resolve(process.argv[2] ?? root);
const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
const sources = ['src', 'webview'].filter((name) => existsSync(join(folder, name)));

const { stdout, stderr } = spawnSync(
  node,
  [cruiser, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...sources],
  { cwd: folder, encoding: 'utf8', maxBuffer: 256 << 20 },
);
if (!stdout.startsWith('{')) {
  console.error(`dependency-cruiser failed:\n${stdout}${stderr}`);
  process.exit(1);
}

const { modules, summary } = JSON.parse(stdout);
const read = modules.filter(({ source }) => /^(src|webview)\//.test(source)).length;
for (const { rule, from, to } of summary.violations) console.error(`${rule.name}: ${from} → ${to}`);
// Without a compiler that it knows, dependency-cruiser reads nothing and reports no violation.
if (read === 0) console.error('no module was read');
console.log(`${read} modules, ${summary.violations.length} violations`);
process.exitCode = read === 0 || summary.violations.length > 0 ? 1 : 0;
