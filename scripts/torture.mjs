// The long run against the store: `npm run torture [-- --kills N --faults N --flips N --steps N --seed S --hours H --lanes L]`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buildTorture } from './build.mjs';
import { node, root } from './paths.mjs';

const bundle = await buildTorture();
const child = spawn(node, ['--enable-source-maps', bundle, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
const [code] = await once(child, 'exit');
process.exitCode = code ?? 1;
