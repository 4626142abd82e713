// Seeded requests against a running engine: `npm run fuzz [-- --requests N --seed S]`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buildFuzz } from './build.mjs';
import { node, root } from './paths.mjs';

const bundle = await buildFuzz();
const child = spawn(node, ['--enable-source-maps', bundle, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
const [code] = await once(child, 'exit');
process.exitCode = code ?? 1;
