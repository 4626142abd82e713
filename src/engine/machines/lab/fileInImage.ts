import { type FileHandle, open } from 'node:fs/promises';

/** Where the bytes of a file are in a disk image. */
export interface ImageFileLocation {
  readonly size: number;
  /** In the file's order; the last one may reach past the file's end. */
  readonly extents: readonly { readonly offset: number; readonly length: number }[];
}

/** A file inside a disk image, read and rewritten where its bytes are; its size never changes. */
export class FileInImage {
  readonly #handle: FileHandle;
  readonly #location: ImageFileLocation;

  private constructor(handle: FileHandle, location: ImageFileLocation) {
    this.#handle = handle;
    this.#location = location;
  }

  static async open(image: string, location: ImageFileLocation): Promise<FileInImage> {
    return new FileInImage(await open(image, 'r+'), location);
  }

  get size(): number {
    return this.#location.size;
  }

  async read(position: number, length: number): Promise<Buffer> {
    const bytes = Buffer.alloc(length);
    for (const piece of this.#pieces(position, length)) {
      await this.#handle.read(bytes, piece.at, piece.length, piece.offset);
    }
    return bytes;
  }

  /** Returns the number of bytes written. */
  async write(position: number, text: string): Promise<number> {
    const bytes = Buffer.from(text);
    for (const piece of this.#pieces(position, bytes.length)) {
      await this.#handle.write(bytes, piece.at, piece.length, piece.offset);
    }
    return bytes.length;
  }

  sync(): Promise<void> {
    return this.#handle.sync();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  /** The parts of the image that `length` bytes at `position` consist of; `at` counts from `position`. */
  #pieces(position: number, length: number): { at: number; offset: number; length: number }[] {
    if (position < 0 || position + length > this.size) throw new RangeError('outside the file');
    const pieces = [];
    let start = 0;
    for (const extent of this.#location.extents) {
      const from = Math.max(position, start);
      const to = Math.min(position + length, start + extent.length);
      if (from < to) pieces.push({ at: from - position, offset: extent.offset + from - start, length: to - from });
      start += extent.length;
    }
    return pieces;
  }
}
