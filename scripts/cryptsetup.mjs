import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installPackages } from './debian.mjs';

/** Makes sure that cryptsetup is there for the tests with encrypted disks, which only Linux has. */
export function ensureCryptsetup() {
  const folders = ['/usr/sbin', '/sbin', '/usr/local/sbin', '/usr/bin'];
  if (process.platform !== 'linux' || folders.some((folder) => existsSync(join(folder, 'cryptsetup')))) return;
  const byHand = 'Install the Debian package "cryptsetup-bin".';
  if (process.getuid?.() !== 0) throw new Error(`These tests make an encrypted disk. ${byHand}`);
  process.stderr.write('Installing cryptsetup with apt-get, about half a minute…\n');
  installPackages(['cryptsetup-bin'], byHand);
}
