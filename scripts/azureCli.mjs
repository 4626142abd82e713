import { existsSync } from 'node:fs';
import { installPackages } from './debian.mjs';

/** Makes sure that Debian's azure-cli is there for the tests that run it. */
export function ensureAzureCli() {
  if (existsSync('/usr/bin/az')) return;
  const byHand = 'Install the Debian package "azure-cli" (version 2.45.0).';
  if (process.getuid?.() !== 0) throw new Error(`These tests need the Azure CLI. ${byHand}`);
  process.stderr.write('Installing azure-cli with apt-get, about two minutes…\n');
  installPackages(['azure-cli'], byHand);
}
