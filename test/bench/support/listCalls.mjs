import { Agent, request } from 'node:http';

const VERSION = 'api-version=2024-04-01';
const VMS = "backupManagementType eq 'AzureIaasVM'";

/** Sends GET requests to an engine's socket over one connection, as a client does that waits for each answer. */
export function openClient({ socket, token }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const get = async (url) =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, host: 'localhost' };
      request({ socketPath: socket, path: url, agent, headers }, (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(parts).toString();
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`GET ${url} answered ${response.statusCode}: ${text}`));
        });
      })
        .on('error', reject)
        .end();
    });
  return { get, close: () => agent.destroy() };
}

/** The list calls that are measured: a name, the path of the first page, and whether one far behind is meant. */
export function listCalls({ subscription, vault, item, jobTime }) {
  const items = `${vault}/backupProtectedItems`;
  const jobs = `${vault}/backupJobs`;
  const points = `${item}/recoveryPoints`;
  return [
    { name: 'Vaults', url: list(`${subscription}/providers/Microsoft.RecoveryServices/vaults`) },
    { name: 'Policies', url: list(`${vault}/backupPolicies`, VMS) },
    { name: 'Protected items', url: list(items, VMS) },
    { name: 'Protected items, deep page', url: list(items, VMS), deep: true },
    { name: 'Protected items, one name', url: list(items, `${VMS} and friendlyName eq 'VM05000'`) },
    { name: 'Protected items, one policy', url: list(items, "policyName eq 'DefaultPolicy'") },
    { name: 'Protected items, extended', url: list(items, `${VMS} and expand eq 'extendedinfo'`) },
    { name: 'Containers', url: list(`${vault}/backupProtectionContainers`, `${VMS} and status eq 'Registered'`) },
    { name: 'Protectable items', url: list(`${vault}/backupProtectableItems`, VMS) },
    { name: 'Jobs', url: list(jobs) },
    { name: 'Jobs, deep page', url: list(jobs), deep: true },
    { name: 'Jobs, failed', url: list(jobs, "status eq 'Failed'") },
    { name: 'Jobs, failed restores', url: list(jobs, "operation eq 'Restore' and status eq 'Failed'") },
    { name: 'Jobs, in progress', url: list(jobs, "status eq 'InProgress'") },
    { name: 'Jobs, of one machine', url: list(jobs, "entityFriendlyName eq 'vm00042'") },
    { name: 'Jobs, of 30 days ago', url: list(jobs, `endTime eq '${wireTime(jobTime - 30 * 86_400_000)}'`) },
    { name: 'Points', url: list(points) },
    { name: 'Points, deep page', url: list(points), deep: true },
    { name: 'Points, of ten days', url: list(points, window(jobTime)) },
    { name: 'Machines', url: list(`${subscription}/providers/Microsoft.Compute/virtualMachines`) },
    { name: 'Disks', url: list(`${subscription}/providers/Microsoft.Compute/disks`) },
  ];
}

/** The path of the page that a call is about: its first one, or the last full one, to which `nextLink` is followed. */
export async function pageOf(client, { url, deep }) {
  let path = url;
  let { nextLink } = deep ? JSON.parse(await client.get(path)) : {};
  while (nextLink !== undefined) {
    const next = nextLink.slice('http://localhost'.length);
    ({ nextLink } = JSON.parse(await client.get(next)));
    if (nextLink !== undefined) path = next;
  }
  return path;
}

/** Milliseconds of the calls of the quickest of some rounds. */
export async function bestTimings(client, path, { calls, rounds }) {
  const all = [];
  for (let i = 0; i < rounds; i++) all.push(await timings(client, path, calls));
  return all.toSorted((a, b) => percentile(a, 0.95) - percentile(b, 0.95))[0];
}

/** Milliseconds of `times` calls, one after the other. */
async function timings(client, path, times) {
  for (let i = 0; i < 10; i++) await client.get(path); // warm, as an engine is that a window asks every few seconds
  const results = [];
  for (let i = 0; i < times; i++) {
    const started = performance.now();
    await client.get(path);
    results.push(performance.now() - started);
  }
  return results.toSorted((a, b) => a - b);
}

export function percentile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
}

function list(path, filter) {
  return `${path}?${VERSION}${filter === undefined ? '' : `&$filter=${encodeURIComponent(filter)}`}`;
}

function window(time) {
  return `startDate eq '${wireTime(time - 20 * 86_400_000)}' and endDate eq '${wireTime(time - 10 * 86_400_000)}'`;
}

/** `2017-11-29 12:00:00 AM`: the form that clients send (SPEC §1.12). */
function wireTime(time) {
  const date = new Date(time);
  const [day, clock] = date.toISOString().split('T');
  const hour = date.getUTCHours();
  return `${day} ${String(hour % 12 || 12).padStart(2, '0')}${clock.slice(2, 8)} ${hour < 12 ? 'AM' : 'PM'}`;
}
