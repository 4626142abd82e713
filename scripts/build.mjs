// Bundles with esbuild: `node scripts/build.mjs [--dev] [--if-stale]`; --dev adds source maps.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeNotices } from './notices.mjs';
import { root } from './paths.mjs';

const dist = join(root, 'dist');
const stamp = join(dist, '.built');
const inputs = ['src', 'webview', 'media', 'package.json', 'package-lock.json', 'scripts/build.mjs'];

/** Bundles that run on Node, by output name. */
const nodeEntries = {
  extension: 'src/extension/extension.ts',
  client: 'src/client/arm.ts',
  azure: 'src/extension/azure/vscodeAccount.ts',
  engine: 'src/engine/main.ts',
  certificate: 'src/engine/process/tls/certificate.ts',
  'engine-worker': 'src/engine/worker.ts',
  cli: 'src/cli/main.ts',
};

const common = {
  absWorkingDir: root,
  bundle: true,
  logLevel: 'warning',
  legalComments: 'none',
  loader: { '.zst': 'binary' },
};

const onNode = {
  ...common,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  // Lazy parts are loaded by require(): import() of our own CommonJS files would lose their named exports.
  supported: { 'dynamic-import': false },
};

/** Writes every bundle. `dev` keeps them readable in a debugger. */
export async function build({ dev = false } = {}) {
  const esbuild = await import('esbuild');
  const shape = { ...versionDefine(), minify: !dev, sourcemap: dev ? 'linked' : false, metafile: true };
  const { present, missing } = presentEntries();
  if (missing.length > 0) process.stderr.write(`not built, no source yet: ${missing.join(', ')}\n`);
  const started = Date.now();
  mkdirSync(dist, { recursive: true });

  const results = await Promise.all([
    ...present.map(([name, source]) =>
      esbuild.build({
        ...onNode,
        ...shape,
        entryPoints: { [name]: source },
        outdir: dist,
        external: ['vscode'],
        banner: name === 'cli' ? { js: '#!/usr/bin/env node' } : {},
        plugins: name === 'client' ? [] : [lazyClient, lazyAccount, lazyCertificate, engineOnce],
      }),
    ),
    esbuild.build({
      ...common,
      ...shape,
      platform: 'browser',
      format: 'iife',
      target: 'es2022',
      tsconfig: 'tsconfig.json',
      entryPoints: webviewEntries(),
      outdir: join(dist, 'webview'),
    }),
  ]);
  writeNotices(results.flatMap(({ metafile }) => Object.keys(metafile.inputs)));
  // Dated to the start, so that a file saved while the build ran counts as newer.
  writeFileSync(stamp, String(started));
}

/** Builds unless nothing changed since the last build. */
export async function buildIfStale() {
  const builtAt = existsSync(stamp) ? Number(readFileSync(stamp, 'utf8')) : 0;
  if (newest(inputs) < builtAt) return;
  process.stderr.write('Building…\n');
  await build();
}

/** Bundles the test files of a level into out/test and returns the bundles' paths. */
export async function buildTests(level, which) {
  return bundleTests(level, testFiles(level, which));
}

/** Bundles the conformance runner into out/test and returns the bundle's path. */
export async function buildConformanceRunner() {
  const [bundle] = await bundleTests('conformance', [join(root, 'test/conformance/replay/main.ts')]);
  return bundle;
}

/** Bundles the torture run into out/test and returns the bundle's path. */
export async function buildTorture() {
  const [bundle] = await bundleTests('torture', [join(root, 'test/torture/main.ts')]);
  return bundle;
}

/** Bundles the fuzz run into out/test and returns the bundle's path. */
export async function buildFuzz() {
  const [bundle] = await bundleTests('fuzz', [join(root, 'test/fuzz/main.ts')]);
  return bundle;
}

async function bundleTests(level, entryPoints) {
  const folder = join(root, 'test', level);
  if (entryPoints.length === 0) return [];
  const esbuild = await import('esbuild');
  const outdir = join(root, 'out/test', level);
  await esbuild.build({
    ...onNode,
    ...versionDefine(),
    entryPoints,
    outbase: folder,
    outdir,
    sourcemap: 'linked',
    // One copy of each package, shared by all bundles, loaded from node_modules.
    packages: 'external',
    external: ['vscode'],
    plugins: [unbundledModules],
  });
  return entryPoints.map((file) => join(outdir, relative(folder, file).replace(/\.ts$/, '.js')));
}

/** Below a level: what does not fit into the time of a usual run. */
const LONG = 'long/';

/** The test sources of a level, in a stable order; those in its folder `long` only with `all`, or if they are named. */
export function testFiles(level, { part = '', all = false } = {}) {
  const folder = join(root, 'test', level);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .filter((file) => file.endsWith('.test.ts') && file.startsWith(part))
    .filter((file) => all || !file.startsWith(LONG) || part.startsWith(LONG))
    .toSorted()
    .map((file) => join(folder, file));
}

/** `import('…/client/arm')` stays a separate file: the Azure SDKs are loaded on first use. */
const lazyClient = {
  name: 'lazy client',
  setup({ onResolve }) {
    onResolve({ filter: /(^|\/)client\/arm$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './client.js', external: true } : undefined,
    );
  },
};

/** Signing in to Azure too: nobody needs it before the first use. */
const lazyAccount = {
  name: 'lazy account',
  setup({ onResolve }) {
    onResolve({ filter: /\/azure\/vscodeAccount$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './azure.js', external: true } : undefined,
    );
  },
};

/** `import('./tls/certificate')` too: only an engine that serves with TLS makes certificates. */
const lazyCertificate = {
  name: 'lazy certificate',
  setup({ onResolve }) {
    onResolve({ filter: /\/tls\/certificate$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './certificate.js', external: true } : undefined,
    );
  },
};

/** The command line takes the engine from its own bundle instead of holding a second copy. */
const engineOnce = {
  name: 'engine once',
  setup({ onResolve }) {
    onResolve({ filter: /(^|\/)engine\/main$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './engine.js', external: true } : undefined,
    );
  },
};

/** Plain modules (.mjs) of this repository find files relative to themselves, so tests load them in place. */
const unbundledModules = {
  name: 'unbundled modules',
  setup({ onResolve }) {
    onResolve({ filter: /^\.{1,2}\/.*\.mjs$/ }, ({ path, resolveDir, importer }) =>
      importer.includes('node_modules') ? undefined : { path: join(resolveDir, path), external: true },
    );
  },
};

function presentEntries() {
  const entries = Object.entries(nodeEntries);
  const present = entries.filter(([, source]) => existsSync(join(root, source)));
  const missing = entries.filter((entry) => !present.includes(entry)).map(([, source]) => source);
  return { present, missing };
}

/** Each folder of webview/ with a main.ts is a page. */
function webviewEntries() {
  const folder = join(root, 'webview');
  const pages = existsSync(folder) ? readdirSync(folder).toSorted() : [];
  return Object.fromEntries(
    pages
      .filter((page) => existsSync(join(folder, page, 'main.ts')))
      .map((page) => [page, join(folder, page, 'main.ts')]),
  );
}

function versionDefine() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  // With NODE_ENV, packages leave out the form of themselves that is for their own developers.
  return { define: { __VERSION__: JSON.stringify(version), 'process.env.NODE_ENV': '"production"' } };
}

/** The latest modification time below these paths; folders count, so a deleted file is noticed too. */
function newest(paths) {
  let latest = 0;
  for (const path of paths) {
    const top = join(root, path);
    if (!existsSync(top)) continue;
    const all = statSync(top).isDirectory() ? readdirSync(top, { recursive: true }).map((name) => join(top, name)) : [];
    for (const file of [top, ...all]) latest = Math.max(latest, statSync(file).mtimeMs);
  }
  return latest;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await (process.argv.includes('--if-stale') ? buildIfStale() : build({ dev: process.argv.includes('--dev') }));
}
