import { loadSqlite } from '../sqlite';

/** What the engine needs to know of the runtime it is in; a parameter so that tests can pretend. */
export interface RuntimeFacts {
  readonly nodeVersion: string;
  readonly loadSqlite: () => Promise<unknown>;
  readonly loadZlib: () => Promise<{ zstdCompress?: unknown }>;
}

const HERE: RuntimeFacts = {
  nodeVersion: process.versions.node,
  loadSqlite,
  loadZlib: () => import('node:zlib'),
};

/** @returns in words what is missing, or `undefined` when the engine can run */
export async function unfitReason(facts: RuntimeFacts = HERE): Promise<string | undefined> {
  const where = `Node.js ${facts.nodeVersion}`;
  const [major = 0, minor = 0] = facts.nodeVersion.split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 15)) return `${where} is too old; 22.15 or newer is needed.`;
  try {
    await facts.loadSqlite();
  } catch {
    return `${where} was built without SQLite (node:sqlite).`;
  }
  const { zstdCompress } = await facts.loadZlib();
  return typeof zstdCompress === 'function' ? undefined : `${where} was built without Zstandard compression.`;
}
