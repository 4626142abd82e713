import { spawnSync } from 'node:child_process';

/** Installs a Debian package without what it only recommends. `byHand` says what to do where that is not possible. */
export function installPackage(name, byHand) {
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', name]]) {
    const { status, error, stderr } = spawnSync('apt-get', ['-qq', ...args], {
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      maxBuffer: 64 << 20,
    });
    if (error?.code === 'ENOENT') throw new Error(`There is no apt-get on this machine. ${byHand}`);
    if (status !== 0) throw new Error(`apt-get ${args[0]} failed. ${byHand}\n${stderr}`);
  }
}
