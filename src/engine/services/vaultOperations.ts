import { idKey } from '../../protocol/ids';
import type { OperationRecord } from '../catalog/records';
import type { OperationService } from './operations';

/** First part of the id of a vault's operation; Azure's say what was done (recorded). */
const KINDS = { create: 2047, update: 4095, delete: 1023 } as const;

/** Operations on a vault itself. Their work is done before they are answered: pollers find the end at their first look. */
export class VaultOperations {
  readonly #operations: OperationService;
  readonly #uuid: () => string;

  constructor(deps: { operations: OperationService; uuid: () => string }) {
    this.#operations = deps.operations;
    this.#uuid = deps.uuid;
  }

  done(vault: { readonly id: string }, kind: keyof typeof KINDS): OperationRecord {
    return this.#operations.start({
      id: Buffer.from(`${KINDS[kind]};${this.#uuid()}`).toString('base64'),
      vaultKey: idKey(vault.id),
      run: async () => undefined,
    });
  }
}
