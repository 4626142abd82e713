import { spawnSync } from 'node:child_process';

/** Installs Debian packages without what they only recommend. `byHand` says what to do where that is not possible. */
export function installPackages(names, byHand) {
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...names]]) {
    const { status, error, stderr } = spawnSync('apt-get', ['-qq', ...args], {
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      maxBuffer: 64 << 20,
    });
    if (error?.code === 'ENOENT') throw new Error(`There is no apt-get on this machine. ${byHand}`);
    if (status !== 0) throw new Error(`apt-get ${args[0]} failed. ${byHand}\n${stderr}`);
  }
}
