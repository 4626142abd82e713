import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';

const SAMPLE_EVERY_MS = 20;

const running = new Set();

/** Starts a program that {@link endAll} ends if nobody else does. */
export function start(program, args, stdio) {
  const child = spawn(program, args, { stdio });
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}

/** Asks everything that was started and still runs to end, and waits until it has. */
export async function endAll() {
  await Promise.all(
    Array.from(running, async (child) => {
      child.kill('SIGTERM');
      await once(child, 'close');
    }),
  );
}

/** Runs a program to its end and returns what it printed. */
export async function run(program, args) {
  const child = start(program, args, ['ignore', 'pipe', 'pipe']);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => {
      output[name] += text;
    });
  }
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${output.stderr}${output.stdout}`);
  return output.stdout;
}

/**
 * Measures some work: seconds, and the peak of the resident memory of all processes that this one has started, together.
 * @param without ids of processes that have no part in this work
 * @returns `{ seconds, peakBytes, value }`; `peakBytes` is 0 where there is no /proc
 */
export async function measured(work, without) {
  let peakBytes = 0;
  const sample = () => {
    peakBytes = Math.max(peakBytes, residentBytes(descendants(process.pid).filter((pid) => !without.includes(pid))));
  };
  const timer = setInterval(sample, SAMPLE_EVERY_MS);
  const started = performance.now();
  try {
    const value = await work();
    return { seconds: (performance.now() - started) / 1000, peakBytes, value };
  } finally {
    clearInterval(timer);
  }
}

function descendants(root) {
  const children = new Map();
  for (const pid of processIds()) {
    const parent = Number(field(pid, 'PPid'));
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found = [];
  for (let next = [root]; next.length > 0; ) {
    next = next.flatMap((pid) => children.get(pid) ?? []);
    found.push(...next);
  }
  return found;
}

function residentBytes(pids) {
  return pids.reduce((sum, pid) => sum + 1024 * Number.parseInt(field(pid, 'VmRSS') || '0', 10), 0);
}

function processIds() {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** A line of /proc/PID/status; empty if the process has ended. */
function field(pid, name) {
  try {
    return new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
  } catch {
    return '';
  }
}
