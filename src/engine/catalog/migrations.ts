import type { DatabaseSync } from 'node:sqlite';
import { AppError } from '../../domain/errors';

/** Each entry brings the catalog from the version that is its index to the next one. Never edit a released entry. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE setting (key TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
  CREATE TABLE resource_group (key TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
  CREATE TABLE disk (key TEXT PRIMARY KEY, body TEXT NOT NULL, group_key TEXT NOT NULL) STRICT;
  CREATE TABLE machine (key TEXT PRIMARY KEY, body TEXT NOT NULL, group_key TEXT NOT NULL) STRICT;
  CREATE TABLE storage_account (key TEXT PRIMARY KEY, body TEXT NOT NULL, group_key TEXT NOT NULL) STRICT;
  CREATE TABLE vault (key TEXT PRIMARY KEY, body TEXT NOT NULL, group_key TEXT NOT NULL) STRICT;
  CREATE TABLE policy (
    key TEXT PRIMARY KEY, body TEXT NOT NULL,
    vault_key TEXT NOT NULL REFERENCES vault (key) ON DELETE CASCADE
  ) STRICT;
  CREATE INDEX policy_vault ON policy (vault_key);
  CREATE TABLE discovered (
    vault_key TEXT NOT NULL REFERENCES vault (key) ON DELETE CASCADE,
    machine_key TEXT NOT NULL, found_at INTEGER NOT NULL,
    PRIMARY KEY (vault_key, machine_key)
  ) STRICT;
  CREATE TABLE item (
    key TEXT PRIMARY KEY, body TEXT NOT NULL,
    vault_key TEXT NOT NULL REFERENCES vault (key) ON DELETE RESTRICT,
    machine_key TEXT NOT NULL UNIQUE, policy_key TEXT NOT NULL, state TEXT NOT NULL
  ) STRICT;
  CREATE INDEX item_vault ON item (vault_key);
  CREATE INDEX item_policy ON item (policy_key);
  CREATE TABLE job (
    key TEXT PRIMARY KEY, body TEXT NOT NULL,
    vault_key TEXT NOT NULL REFERENCES vault (key) ON DELETE CASCADE,
    item_key TEXT NOT NULL, status TEXT NOT NULL, operation TEXT NOT NULL, start_time INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX job_vault ON job (vault_key, start_time);
  CREATE INDEX job_status ON job (status);
  CREATE TABLE operation (key TEXT PRIMARY KEY, body TEXT NOT NULL, start_time INTEGER NOT NULL) STRICT;
  CREATE TABLE point (
    key TEXT PRIMARY KEY, body TEXT NOT NULL,
    item_key TEXT NOT NULL REFERENCES item (key) ON DELETE RESTRICT,
    vault_key TEXT NOT NULL, time INTEGER NOT NULL, manifest_key TEXT NOT NULL
  ) STRICT;
  CREATE INDEX point_item ON point (item_key, time);
  CREATE INDEX point_vault ON point (vault_key);
  `,
  // Lists are filtered and paged by indexes (SPEC §1.12). Each index ends with the row's number, which SQLite adds.
  `
  CREATE INDEX disk_group ON disk (group_key);
  CREATE INDEX machine_group ON machine (group_key);
  CREATE INDEX storage_account_group ON storage_account (group_key);
  CREATE INDEX vault_group ON vault (group_key);
  ALTER TABLE machine ADD COLUMN location_key TEXT NOT NULL DEFAULT '';
  UPDATE machine SET location_key = replace(lower(json_extract(body, '$.location')), ' ', '');
  CREATE INDEX machine_location ON machine (location_key);
  ALTER TABLE item ADD COLUMN machine_name TEXT NOT NULL DEFAULT '';
  UPDATE item SET machine_name = lower(json_extract(body, '$.machineName'));
  CREATE INDEX item_machine_name ON item (vault_key, machine_name);
  ALTER TABLE job ADD COLUMN machine_name TEXT NOT NULL DEFAULT '';
  ALTER TABLE job ADD COLUMN end_time INTEGER;
  UPDATE job SET machine_name = lower(json_extract(body, '$.machineName')), end_time = json_extract(body, '$.endTime');
  CREATE INDEX job_vault_status ON job (vault_key, status, start_time);
  CREATE INDEX job_vault_operation ON job (vault_key, operation, start_time);
  CREATE INDEX job_vault_operation_status ON job (vault_key, operation, status, start_time);
  CREATE INDEX job_vault_machine ON job (vault_key, machine_name, start_time);
  `,
  // Classic machines are lists of their own; an image file belongs to one disk.
  `
  ALTER TABLE machine ADD COLUMN classic INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX machine_classic ON machine (classic, group_key);
  ALTER TABLE disk ADD COLUMN vhd_of TEXT NOT NULL DEFAULT '';
  ALTER TABLE disk ADD COLUMN path TEXT NOT NULL DEFAULT '';
  ALTER TABLE disk ADD COLUMN file_id TEXT NOT NULL DEFAULT '';
  UPDATE disk SET path = json_extract(body, '$.path');
  CREATE INDEX disk_vhd_of ON disk (vhd_of, group_key);
  CREATE INDEX disk_path ON disk (path);
  CREATE INDEX disk_file ON disk (file_id);
  `,
  `
  CREATE TABLE point_removal (
    key TEXT PRIMARY KEY, body TEXT NOT NULL,
    vault_key TEXT NOT NULL REFERENCES vault (key) ON DELETE CASCADE
  ) STRICT;
  CREATE INDEX point_removal_vault ON point_removal (vault_key);
  `,
  // Which machine a disk is attached to: the disks of each machine's row, kept in step with it.
  `
  CREATE TABLE attachment (
    machine_key TEXT NOT NULL REFERENCES machine (key) ON DELETE CASCADE, disk_key TEXT NOT NULL,
    PRIMARY KEY (machine_key, disk_key)
  ) STRICT;
  CREATE INDEX attachment_disk ON attachment (disk_key);
  ALTER TABLE machine ADD COLUMN disk_keys TEXT NOT NULL DEFAULT '[]';
  CREATE TRIGGER machine_inserted AFTER INSERT ON machine BEGIN
    INSERT OR IGNORE INTO attachment SELECT NEW.key, value FROM json_each(NEW.disk_keys);
  END;
  CREATE TRIGGER machine_disks_changed AFTER UPDATE OF disk_keys ON machine WHEN NEW.disk_keys <> OLD.disk_keys BEGIN
    DELETE FROM attachment WHERE machine_key = NEW.key;
    INSERT OR IGNORE INTO attachment SELECT NEW.key, value FROM json_each(NEW.disk_keys);
  END;
  UPDATE machine SET disk_keys = (
    SELECT json_group_array(lower(id)) FROM (
      SELECT json_extract(body, '$.osDiskId') AS id
      UNION ALL SELECT json_extract(value, '$.diskId') FROM json_each(body, '$.dataDisks')
    )
  );
  `,
  'CREATE TABLE site (key TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;',
  `
  ALTER TABLE vault ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE intent (
    key TEXT PRIMARY KEY, body TEXT NOT NULL,
    vault_key TEXT NOT NULL REFERENCES vault (key) ON DELETE CASCADE
  ) STRICT;
  CREATE INDEX intent_vault ON intent (vault_key);
  `,
  // Policies that points follow: what is asked of lists, what was decided, and when points expire.
  `
  ALTER TABLE policy ADD COLUMN management_type TEXT NOT NULL DEFAULT 'azureiaasvm';
  ALTER TABLE policy ADD COLUMN workload_type TEXT NOT NULL DEFAULT 'vm';
  CREATE TABLE policy_write (
    key TEXT PRIMARY KEY, body TEXT NOT NULL,
    vault_key TEXT NOT NULL REFERENCES vault (key) ON DELETE CASCADE, at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX policy_write_vault ON policy_write (vault_key, at);
  CREATE TABLE policy_change (
    key TEXT PRIMARY KEY, body TEXT NOT NULL,
    item_key TEXT NOT NULL REFERENCES item (key) ON DELETE CASCADE,
    vault_key TEXT NOT NULL, pending INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX policy_change_item ON policy_change (item_key, pending);
  CREATE INDEX policy_change_vault ON policy_change (vault_key, pending);
  ALTER TABLE point ADD COLUMN expiry INTEGER;
  UPDATE point SET expiry = json_extract(body, '$.expiryTime');
  CREATE INDEX point_expiry ON point (vault_key, expiry);
  `,
  // What is due and what is left to do is found without reading what is not.
  `
  ALTER TABLE item ADD COLUMN last_slot INTEGER NOT NULL DEFAULT 0;
  UPDATE item SET last_slot = json_extract(body, '$.lastSlot');
  CREATE INDEX item_due ON item (state, policy_key, last_slot);
  ALTER TABLE operation ADD COLUMN status TEXT NOT NULL DEFAULT '';
  UPDATE operation SET status = json_extract(body, '$.status');
  CREATE INDEX operation_status ON operation (status);
  `,
  // Points whose disks are kept as a snapshot: few of all.
  `
  ALTER TABLE point ADD COLUMN snapshot_until INTEGER;
  CREATE INDEX point_snapshot ON point (vault_key, snapshot_until) WHERE snapshot_until IS NOT NULL;
  `,
  // Operations that ended long ago are forgotten.
  `
  DROP INDEX operation_status;
  CREATE INDEX operation_status ON operation (status, start_time);
  `,
  // Which discovered machines a vault protects, kept in step with the items: lists read the others alone.
  `
  ALTER TABLE discovered ADD COLUMN taken INTEGER NOT NULL DEFAULT 0;
  UPDATE discovered SET taken = EXISTS (SELECT 1 FROM item WHERE item.machine_key = discovered.machine_key);
  CREATE INDEX discovered_machine ON discovered (machine_key);
  CREATE INDEX discovered_free ON discovered (vault_key, machine_key) WHERE taken = 0;
  CREATE TRIGGER item_inserted AFTER INSERT ON item BEGIN
    UPDATE discovered SET taken = 1 WHERE machine_key = NEW.machine_key;
  END;
  CREATE TRIGGER item_machine_changed AFTER UPDATE OF machine_key ON item WHEN NEW.machine_key <> OLD.machine_key BEGIN
    UPDATE discovered SET taken = 0 WHERE machine_key = OLD.machine_key;
    UPDATE discovered SET taken = 1 WHERE machine_key = NEW.machine_key;
  END;
  CREATE TRIGGER item_deleted AFTER DELETE ON item BEGIN
    UPDATE discovered SET taken = 0 WHERE machine_key = OLD.machine_key;
  END;
  `,
];

/**
 * Brings a catalog to this version, each step in a transaction of its own.
 * @throws AppError `LocalCatalogTooNew` when a newer version wrote it
 */
export function migrate(db: DatabaseSync): void {
  const version = Number(db.prepare('PRAGMA user_version').get()?.user_version ?? 0);
  if (version > MIGRATIONS.length) {
    throw new AppError('LocalCatalogTooNew', 'The catalog was written by a newer version of VM Backup.', {
      details: { recommendation: 'Update VM Backup on this computer; the catalog was left as it is.' },
    });
  }
  MIGRATIONS.slice(version).forEach((sql, step) => {
    db.exec(`BEGIN IMMEDIATE; ${sql} PRAGMA user_version = ${version + step + 1}; COMMIT;`);
  });
}
