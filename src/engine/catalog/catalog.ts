import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { locationKey } from '../../domain/names';
import { idKey } from '../../protocol/ids';
import { Discovered } from './discovered';
import { migrate } from './migrations';
import { type PointSpan, readPointSpans, readUsedBytes } from './pointSpans';
import {
  diskSchema,
  groupSchema,
  intentSchema,
  itemSchema,
  jobSchema,
  type MachineRecord,
  machineSchema,
  operationSchema,
  pointRemovalSchema,
  pointSchema,
  policyChangeSchema,
  policySchema,
  policyWriteSchema,
  siteSchema,
  storageAccountSchema,
  vaultSchema,
} from './records';
import { Statements } from './statements';
import { Table } from './table';

const byId = (record: { id: string }) => record.id;
const groupKey = (record: { group: string }) => record.group.toLowerCase();

/** Key of the decision to remove the point of a manifest. */
export function pointRemovalKey({ vaultKey, manifestKey }: { vaultKey: string; manifestKey: string }): string {
  return `${vaultKey}/${manifestKey}`;
}

/** What SQLite may keep in memory of a big catalog: enough for the inner pages of every index. */
const CACHE_KIB = 16 * 1024;

/** The engine's metadata: one SQLite file, one writer (the engine holds the folder's lock). */
export class Catalog {
  readonly #db: DatabaseSync;
  readonly #statements: Statements;
  readonly sites;
  readonly groups;
  readonly disks;
  readonly machines;
  readonly storageAccounts;
  readonly vaults;
  readonly policies;
  readonly intents;
  readonly items;
  readonly jobs;
  readonly operations;
  readonly points;
  readonly discovered;
  readonly pointRemovals;
  readonly policyChanges;
  readonly policyWrites;

  /** Takes over an open database: sets it up for durability, checks it, and migrates it. */
  constructor(db: DatabaseSync) {
    this.#db = db;
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
    db.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
    migrate(db);
    const statements = new Statements(db);
    this.#statements = statements;
    const resource = { group_key: groupKey };
    this.sites = new Table(statements, { name: 'site', schema: siteSchema, key: (s) => s.name, columns: {} });
    this.groups = new Table(statements, {
      name: 'resource_group',
      schema: groupSchema,
      key: (g) => g.name,
      columns: {},
    });
    this.disks = new Table(statements, {
      name: 'disk',
      schema: diskSchema,
      key: byId,
      columns: {
        ...resource,
        vhd_of: (d) => d.vhdOf?.toLowerCase() ?? '',
        path: (d) => d.path,
        file_id: (d) => d.fileId ?? '',
      },
    });
    this.machines = new Table(statements, {
      name: 'machine',
      schema: machineSchema,
      key: byId,
      columns: {
        ...resource,
        location_key: (m) => locationKey(m.location),
        classic: (m) => Number(m.cloudService !== undefined),
        disk_keys: (m) => JSON.stringify([m.osDiskId, ...m.dataDisks.map(({ diskId }) => diskId)].map(idKey)),
      },
    });
    this.storageAccounts = new Table(statements, {
      name: 'storage_account',
      schema: storageAccountSchema,
      key: byId,
      columns: resource,
    });
    this.vaults = new Table(statements, {
      name: 'vault',
      schema: vaultSchema,
      key: byId,
      columns: { ...resource, deleted: (v) => (v.deleted ? 1 : 0) },
    });
    this.policies = new Table(statements, {
      name: 'policy',
      schema: policySchema,
      key: byId,
      columns: {
        vault_key: (p) => p.vaultKey,
        management_type: (p) => p.properties.backupManagementType.toLowerCase(),
        workload_type: ({ properties: p }) =>
          p.backupManagementType === 'AzureIaasVM' ? 'vm' : p.workLoadType.toLowerCase(),
      },
    });
    this.intents = new Table(statements, {
      name: 'intent',
      schema: intentSchema,
      key: byId,
      columns: { vault_key: (i) => i.vaultKey },
    });
    this.items = new Table(statements, {
      name: 'item',
      schema: itemSchema,
      key: byId,
      columns: {
        vault_key: (i) => i.vaultKey,
        machine_key: (i) => i.machineKey,
        // A soft-deleted item still holds the policy it had (SPEC §2.10).
        policy_key: (i) => `${i.vaultKey}/backuppolicies/${(i.softDelete?.policyName ?? i.policyName).toLowerCase()}`,
        state: (i) => i.state,
        machine_name: (i) => i.machineName.toLowerCase(),
        last_slot: (i) => i.lastSlot,
      },
    });
    this.jobs = new Table(statements, {
      name: 'job',
      schema: jobSchema,
      key: byId,
      columns: {
        vault_key: (j) => j.vaultKey,
        item_key: (j) => j.itemKey,
        status: (j) => j.status,
        operation: (j) => j.operation,
        start_time: (j) => j.startTime,
        end_time: (j) => j.endTime ?? null,
        machine_name: (j) => j.machineName.toLowerCase(),
      },
    });
    this.operations = new Table(statements, {
      name: 'operation',
      schema: operationSchema,
      key: byId,
      columns: { start_time: (o) => o.startTime, status: (o) => o.status },
    });
    this.points = new Table(statements, {
      name: 'point',
      schema: pointSchema,
      key: (p) => `${p.itemKey}/recoverypoints/${p.name}`,
      columns: {
        item_key: (p) => p.itemKey,
        vault_key: (p) => p.vaultKey,
        time: (p) => p.time,
        manifest_key: (p) => p.manifestKey,
        expiry: (p) => p.expiryTime ?? null,
        snapshot_until: (p) => p.snapshotUntil ?? null,
      },
    });
    this.discovered = new Discovered(statements, this.machines);
    this.policyWrites = new Table(statements, {
      name: 'policy_write',
      schema: policyWriteSchema,
      key: byId,
      columns: { vault_key: (w) => w.vaultKey, at: (w) => w.at },
    });
    this.policyChanges = new Table(statements, {
      name: 'policy_change',
      schema: policyChangeSchema,
      key: byId,
      columns: {
        item_key: (c) => c.itemKey,
        vault_key: (c) => c.vaultKey,
        pending: (c) => (c.pending ? 1 : 0),
      },
    });
    this.pointRemovals = new Table(statements, {
      name: 'point_removal',
      schema: pointRemovalSchema,
      key: pointRemovalKey,
      columns: { vault_key: (r) => r.vaultKey },
    });
  }

  /** Runs `work` in one transaction: all of its changes or none. Not to be nested. */
  transaction<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** A single named value, made on first use. */
  setting(key: string, make: () => string): string {
    const found = this.findSetting(key);
    if (found !== undefined) return found;
    const value = make();
    this.putSetting(key, value);
    return value;
  }

  /** A single named value, where there is one. */
  findSetting(key: string): string | undefined {
    const found = this.#db.prepare('SELECT body FROM setting WHERE key = ?').get(key);
    return found && z.string().parse(JSON.parse(String(found.body)));
  }

  /** Writes a single named value, or removes it. */
  putSetting(key: string, value: string | undefined): void {
    // One statement each: a crash leaves the old value or the new one.
    if (value === undefined) this.#db.prepare('DELETE FROM setting WHERE key = ?').run(key);
    else this.#db.prepare('INSERT OR REPLACE INTO setting (key, body) VALUES (?, ?)').run(key, JSON.stringify(value));
  }

  /** The machine that a disk is attached to. */
  machineWith(diskKey: string): MachineRecord | undefined {
    const row = this.#statements
      .get('SELECT body FROM attachment JOIN machine ON machine.key = machine_key WHERE disk_key = ?')
      .get(diskKey);
    return row && this.machines.read(row);
  }

  /** Ids of the machines that disks are attached to, by the disks' keys. */
  machineIdsWith(diskKeys: readonly string[]): ReadonlyMap<string, string> {
    const rows = this.#statements
      .get(
        `SELECT disk_key, json_extract(body, '$.id') AS id FROM json_each(?)
           JOIN attachment ON disk_key = value JOIN machine ON machine.key = machine_key`,
      )
      .all(JSON.stringify(diskKeys));
    return new Map(rows.map((row) => [String(row.disk_key), String(row.id)]));
  }

  /** The oldest and the newest point of each of the items that has any, and how many there are if `count` asks for it. */
  pointSpans(itemKeys: readonly string[], options: { count: boolean }): ReadonlyMap<string, PointSpan> {
    return readPointSpans(this.#statements, itemKeys, options);
  }

  /** Used bytes of the newest point of each item of the vault that has any. */
  usedBytes(vaultKey: string): readonly number[] {
    return readUsedBytes(this.#statements, vaultKey);
  }

  /** Problems that SQLite finds in its own file; empty when it is whole. Reads all of it, and compares its parts. */
  check(): string[] {
    return [...this.#problems('integrity_check'), ...this.#problems('foreign_key_check')];
  }

  /** Problems of the file's structure alone, in a fifth of the time of {@link check}. */
  quickCheck(): string[] {
    return this.#problems('quick_check');
  }

  #problems(pragma: string): string[] {
    try {
      const rows = this.#db.prepare(`PRAGMA ${pragma}`).all();
      return rows.map((row) => Object.values(row).join(' ')).filter((text) => text !== 'ok');
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)]; // too damaged to be checked
    }
  }

  close(): void {
    this.#db.close();
  }
}
