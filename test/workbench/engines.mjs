import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const patienceMs = 10_000;

/**
 * Asks the engines that keep their data below `folder` to stop, and waits until they have.
 * An engine outlives its windows on purpose, so nothing else ends it before its folder is removed.
 */
export async function stopEngines(folder) {
  await Promise.all(endpointFiles(folder).map(stopEngine));
}

function endpointFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name === 'endpoint.json')
    .map((entry) => join(entry.parentPath, entry.name));
}

async function stopEngine(file) {
  let endpoint;
  try {
    endpoint = JSON.parse(readFileSync(file, 'utf8'));
    await postStop(endpoint);
  } catch {
    return; // it is stopping or gone: the file went, or nobody listens any more
  }
  for (const end = Date.now() + patienceMs; isAlive(endpoint.pid); await sleep(25)) {
    if (Date.now() > end) throw new Error(`engine ${endpoint.pid} did not stop within ${patienceMs} ms`);
  }
}

function postStop({ socket, token }) {
  const path = '/providers/VmBackup.Local/engine/stop?api-version=2026-01-01';
  const headers = { host: 'localhost', authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    request({ socketPath: socket, method: 'POST', path, headers }, (response) => {
      response.resume().once('end', resolve);
    })
      .once('error', reject)
      .end();
  });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
