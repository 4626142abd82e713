import { locationKey } from '../../domain/names';
import { type Page, type PageRequest, pageFrom, positionIn } from './page';
import type { MachineRecord } from './records';
import type { Statements } from './statements';
import type { Table } from './table';

/** Which machines the last discovery of each vault found. */
export class Discovered {
  readonly #statements: Statements;
  readonly #machines: Table<MachineRecord, string>;

  constructor(statements: Statements, machines: Table<MachineRecord, string>) {
    this.#statements = statements;
    this.#machines = machines;
  }

  /** Finds all machines of a location at a moment (ms UTC); those not there any more are forgotten. Within a transaction. */
  refresh(vaultKey: string, location: string, at: number): void {
    this.#statements.get('DELETE FROM discovered WHERE vault_key = ?').run(vaultKey);
    this.#statements
      .get(
        `INSERT INTO discovered (vault_key, machine_key, found_at, taken)
         SELECT ?, key, ?, EXISTS (SELECT 1 FROM item WHERE machine_key = machine.key) FROM machine WHERE location_key = ?`,
      )
      .run(vaultKey, at, locationKey(location));
  }

  has(vaultKey: string, machineKey: string): boolean {
    const row = this.#statements
      .get('SELECT 1 FROM discovered WHERE vault_key = ? AND machine_key = ?')
      .get(vaultKey, machineKey);
    return row !== undefined;
  }

  /**
   * Discovered machines that no vault protects, by their ids.
   * @throws AppError `InvalidRequestContent` for a token of another list
   */
  protectable(vaultKey: string, { size, token }: PageRequest): Page<MachineRecord> {
    const [after = ''] = token === undefined ? [] : positionIn(token, ['']);
    const rows = this.#statements
      .get(
        `SELECT machine.key, machine.body FROM discovered INDEXED BY discovered_free
           JOIN machine ON machine.key = discovered.machine_key
         WHERE discovered.vault_key = ? AND discovered.machine_key > ? AND taken = 0
         ORDER BY discovered.machine_key LIMIT ?`,
      )
      .all(vaultKey, after, size + 1);
    return pageFrom(rows, size, {
      read: (row) => this.#machines.read(row),
      position: (row) => [String(row.key)],
    });
  }
}
