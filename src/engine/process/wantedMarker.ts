import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WANTED_FILE } from '../../protocol/engineEndpoint';

/**
 * A file in the data folder that is there while machines are backed up by schedule. It outlives the engine: after a log-out, a
 * restart of the computer or a crash, the next window starts the engine again by it.
 */
export class WantedMarker {
  readonly #file: string;
  #isThere: boolean | undefined;

  constructor(dataFolder: string) {
    this.#file = join(dataFolder, WANTED_FILE);
  }

  /** Makes or removes the file, if it is not as it should be already. */
  set(wanted: boolean): void {
    if (wanted === this.#isThere) return;
    if (wanted) writeFileSync(this.#file, '', { mode: 0o600 });
    else rmSync(this.#file, { force: true });
    this.#isThere = wanted;
  }
}
