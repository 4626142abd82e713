import { importSource } from './fromSource.mjs';

const ROWS_PER_TRANSACTION = 50_000;
/** Rows of one page of a list. */
const PAGE = 200;
const HOUR = 3_600_000;
/** Long after every run of the benchmark, so that nothing expires in it. */
const EXPIRY = Date.UTC(2090, 0, 1);

/** The engine's catalog, from its source. */
export async function loadCatalog(folder) {
  const [{ Catalog }, { DatabaseSync }] = await Promise.all([
    importSource(folder, 'src/engine/catalog/catalog.ts'),
    import('node:sqlite'),
  ]);
  return (file) => {
    const database = new DatabaseSync(file);
    const catalog = new Catalog(database);
    database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -262144'); // a lost benchmark is started again
    return catalog;
  };
}

/** The records of the one machine that the engine itself has protected and backed up: all others are made of them. */
export function templatesOf(catalog) {
  const [machine] = catalog.machines.list();
  const [disk] = catalog.disks.list();
  const [item] = catalog.items.list();
  const [point] = catalog.points.list();
  const job = catalog.jobs.list().find(({ operation }) => operation === 'Backup');
  return { machine, disk, item, job, point };
}

/** More machines, all of them discovered; the first `items` of them are protected. */
export function addItems(catalog, { machine, disk, item }, { items, unprotected }) {
  inTransactions(catalog, items + unprotected, (i) => {
    const as = named(machine.name, `vm${String(i).padStart(5, '0')}`);
    const own = as(machine);
    catalog.disks.put(as(disk));
    catalog.machines.put({ ...own, osDiskId: as({ id: machine.osDiskId }).id });
    if (i < items) catalog.items.put({ ...as(item), machineKey: own.id.toLowerCase() });
  });
  const [vault] = catalog.vaults.list();
  catalog.transaction(() => catalog.discovered.refresh(vault.id.toLowerCase(), vault.location, item.protectedSince));
}

/** Jobs of all kinds and ends, one a minute, spread over the items. */
export function addJobs(catalog, { job, item }, { jobs, items }) {
  inTransactions(catalog, jobs, (i) => {
    const as = named(item.machineName, `vm${String(i % items).padStart(5, '0')}`);
    const startTime = job.startTime - (i + 1) * 60_000;
    catalog.jobs.put({
      ...as(job),
      id: job.id.replace(/[^/]+$/, uuidOf(i)),
      status: i % 50 === 0 ? 'Failed' : 'Completed',
      operation: i % 20 === 0 ? 'Restore' : 'Backup',
      startTime,
      endTime: startTime + 30_000,
    });
  });
}

/**
 * Points from number `from` up to `to`: the first ones and then every hundredth are of the machine that was backed up for
 * real, so that one item has more than a page at once and many pages in the end; the others are spread over the items.
 */
export function addPoints(catalog, { point, item }, { from, to, items }) {
  inTransactions(catalog, to - from, (n) => {
    const i = from + n;
    const isOwn = i < 2 * PAGE || i % 100 === 0;
    const as = named(item.machineName, isOwn ? item.machineName : `vm${String(i % items).padStart(5, '0')}`);
    catalog.points.put({
      ...as(point),
      name: String(200_000_000_000_000 + i),
      time: point.time - (isOwn ? i + 1 : Math.floor(i / items) + 1) * HOUR,
      expiryTime: EXPIRY,
    });
  });
}

function inTransactions(catalog, count, work) {
  for (let start = 0; start < count; start += ROWS_PER_TRANSACTION) {
    catalog.transaction(() => {
      for (let i = start; i < Math.min(count, start + ROWS_PER_TRANSACTION); i++) work(i);
    });
  }
}

/** Makes copies of records in which the machine has another name, in ids and keys too. */
function named(machineName, name) {
  const pattern = new RegExp(`(?<=[/;]|^)${machineName}(?=[-/;]|$)`, 'gi');
  return (record) =>
    Object.fromEntries(
      Object.entries(record).map(([key, value]) => [
        key,
        typeof value === 'string' ? value.replace(pattern, name) : value,
      ]),
    );
}

function uuidOf(i) {
  return `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;
}
