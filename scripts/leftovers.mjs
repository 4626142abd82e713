import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const graceMs = 5000;

/**
 * Engine processes that still work below `folder`, as `{ pid, command }`. Engines are detached on purpose, so a test
 * that forgets to stop one leaks it. One that is just stopping gets a moment. Linux only: elsewhere nothing is found.
 */
export async function leftoverEngines(folder) {
  for (const end = Date.now() + graceMs; ; await sleep(100)) {
    const found = enginesBelow(folder);
    if (found.length === 0 || Date.now() > end) return found;
  }
}

function enginesBelow(folder) {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid: Number(pid), ...describe(pid) }))
    .filter(({ command, cwd }) => /engine\S*\.js|cli\.js serve/.test(command) && `${command} ${cwd}`.includes(folder));
}

function describe(pid) {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return { command, cwd: readlinkSync(`/proc/${pid}/cwd`) };
  } catch {
    return { command: '', cwd: '' }; // it ended between the two looks, or belongs to somebody else
  }
}
