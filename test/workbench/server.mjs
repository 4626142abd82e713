// Starts code-server on loopback and opens its workbench in headless Chromium.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { stopEngines } from './engines.mjs';
import { chromium, codeServer, out } from './paths.mjs';

/** Nothing that calls out, moves by itself or covers what is tested. */
const quietSettings = {
  'telemetry.telemetryLevel': 'off',
  'workbench.enableExperiments': false,
  'workbench.startupEditor': 'none',
  'workbench.reduceMotion': 'on',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'security.workspace.trust.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'typescript.disableAutomaticTypeAcquisition': true,
};

/**
 * Starts a server with a profile of its own; see server.d.mts for the options.
 * Without `home` the profile is temporary: `stop` ends its engines and removes it.
 */
export async function startServer({
  vsix,
  helpers = [],
  home: kept,
  testPayload = false,
  locale,
  env = {},
  userSettings = {},
} = {}) {
  const home = kept ?? mkdtempSync(join(tmpdir(), 'wb-'));
  const { profile, options } = prepareProfile(home, { env, userSettings });
  if (locale) addLanguage(home, locale);
  const entry = join(codeServer, 'out/node/entry.js');
  for (const file of [...(vsix ? [vsix] : []), ...helpers]) {
    await promisify(execFile)(process.execPath, [entry, ...profile, '--install-extension', file], options);
  }

  const port = await freePort();
  const server = spawn(
    process.execPath,
    [
      entry,
      ...profile,
      '--auth',
      'none',
      '--bind-addr',
      `127.0.0.1:${port}`,
      '--disable-telemetry',
      '--disable-update-check',
      '--disable-workspace-trust',
      '--disable-getting-started-override',
      ...(locale ? ['--locale', locale] : []),
      ...(testPayload ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
    ],
    { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] }, // detached: one process group to stop
  );
  const log = join(out, `code-server-${port}.log`);
  const logStream = createWriteStream(log);
  server.stdout.pipe(logStream, { end: false });
  server.stderr.pipe(logStream, { end: false });

  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await stopGroup(server);
    // After the workbench, which would start the engine again.
    await stopEngines(home);
    if (!kept) rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  for (const end = Date.now() + 30_000; !(await isHealthy(url)); await sleep(100)) {
    if (Date.now() < end && server.exitCode === null) continue;
    await stop();
    throw new Error(`code-server did not start; see ${log}`);
  }
  return { url, home, stop, stopEngines: () => stopEngines(home) };
}

/** A workbench address; `payload` reaches VS Code's environment service (extensionDevelopmentPath and so on). */
export function workbenchUrl({ url }, { folder, payload = {} } = {}) {
  const query = new URLSearchParams(folder ? { folder } : { ew: 'true' });
  if (Object.keys(payload).length > 0) query.set('payload', JSON.stringify(Object.entries(payload)));
  return `${url}/?${query}`;
}

/** Headless Chromium that reaches nothing but this machine. */
export async function launchBrowser() {
  const { default: playwright } = await import('playwright-core');
  return playwright.chromium.launch({
    executablePath: chromium,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
    ],
  });
}

function prepareProfile(home, { env, userSettings }) {
  const settings = join(home, 'data/User/settings.json');
  const config = join(home, 'config.yaml');
  mkdirSync(join(home, 'data/User'), { recursive: true });
  mkdirSync(out, { recursive: true });
  writeFileSync(config, ''); // without it code-server writes one under ~/.config
  if (!existsSync(settings)) writeFileSync(settings, JSON.stringify({ ...quietSettings, ...userSettings }, null, 2));
  return {
    profile: ['--config', config, '--user-data-dir', join(home, 'data'), '--extensions-dir', join(home, 'extensions')],
    // EXTENSIONS_GALLERY={} leaves no marketplace to call; HOME and TMPDIR keep everything in the profile's folder.
    options: { env: { ...withoutXdg(process.env), HOME: home, TMPDIR: home, EXTENSIONS_GALLERY: '{}', ...env } },
  };
}

/**
 * Makes a display language known, as installing its language pack does. The pack is empty, because they come from a marketplace: the
 * workbench's own words stay English, and extensions are told the language and bring their own.
 */
function addLanguage(home, locale) {
  const vscode = join(home, `data/language-${locale}.json`);
  const extensions = [{ extensionIdentifier: { id: `vm-backup-tests.language-${locale}` }, version: '1.0.0' }];
  const packs = { [locale]: { hash: locale, label: locale, extensions, translations: { vscode } } };
  writeFileSync(vscode, JSON.stringify({ version: '1.0.0', contents: {} }));
  writeFileSync(join(home, 'data/languagepacks.json'), JSON.stringify(packs));
}

/** XDG_DATA_HOME and its like would lead out of the profile's folder, past HOME. */
function withoutXdg(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('XDG_')));
}

async function stopGroup(server) {
  if (server.exitCode === null && server.signalCode === null) {
    process.kill(-server.pid, 'SIGTERM');
    await Promise.race([once(server, 'exit'), sleep(5000, undefined, { ref: false })]);
  }
  try {
    process.kill(-server.pid, 'SIGKILL');
  } catch {
    // the whole group has already gone
  }
}

async function isHealthy(url) {
  try {
    return (await fetch(`${url}/healthz`)).ok;
  } catch {
    return false; // not listening yet
  }
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
