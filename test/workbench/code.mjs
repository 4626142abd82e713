#!/usr/bin/env node
// Stands in for the desktop `code` command in test runs, where VS Code cannot be downloaded or has no display:
//   code.mjs [folder] --extensionDevelopmentPath=DIR --extensionTestsPath=FILE
// It runs the suite inside the extension host of a real VS Code (code-server in headless Chromium) and exits with its
// result. @vscode/test-electron takes it as its vscodeExecutablePath.
import { createWriteStream, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { format, parseArgs } from 'node:util';
import { out } from './paths.mjs';
import { launchBrowser, startServer, workbenchUrl } from './server.mjs';

const limitMs = 300_000;

const { values, positionals } = parseArgs({
  strict: false, // the desktop's other switches mean nothing here
  allowPositionals: true,
  options: { extensionDevelopmentPath: { type: 'string' }, extensionTestsPath: { type: 'string' } },
});

const server = await startServer({ testPayload: true });
let browser;
try {
  browser = await launchBrowser();
  process.exitCode = await runSuite();
} finally {
  await browser?.close();
  await server.stop();
}
process.exit(); // a half-open connection to the workbench must not keep this process

/** Returns the exit code that the workbench reports. */
async function runSuite() {
  const page = await browser.newPage();
  mkdirSync(out, { recursive: true });
  const log = createWriteStream(join(out, 'host-console.log'));
  // VS Code's web workbench calls these two functions of the page when extensionTestsPath is set.
  await page.exposeFunction('codeAutomationLog', (type, args) => void log.write(`${type}: ${format(...args)}\n`));
  const ended = new Promise((done) => {
    void page.exposeFunction('codeAutomationExit', done);
  });
  const failed = new Promise((_, reject) => {
    page.once('crash', () => reject(new Error('the page crashed')));
    setTimeout(() => reject(new Error(`no result within ${limitMs / 1000} s; see ${log.path}`)), limitMs).unref();
  });
  await page.goto(
    workbenchUrl(server, {
      folder: positionals[0] && resolve(positionals[0]),
      payload: {
        extensionDevelopmentPath: remote(values.extensionDevelopmentPath),
        extensionTestsPath: remote(values.extensionTestsPath),
      },
    }),
  );
  return Promise.race([ended, failed]);
}

function remote(path) {
  return `vscode-remote://${new URL(server.url).host}${resolve(path)}`;
}
