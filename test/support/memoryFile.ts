import type { KeptFile } from '../../src/extension/model/keptAzure';

/** A file that ends with the process. `text` is what it holds; nothing while it is not there. */
export function memoryFile(): KeptFile & { text: string | undefined } {
  return {
    text: undefined,
    async read() {
      return this.text;
    },
    async write(text) {
      this.text = text;
    },
    async remove() {
      this.text = undefined;
    },
  };
}
