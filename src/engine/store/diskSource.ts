/** Which disk to read. Plain data: it crosses into worker threads, and each thread opens it by itself. */
export interface DiskSource {
  /** Names the reader, for example `raw`. */
  readonly kind: string;
  /** Absolute path of the image or device. */
  readonly path: string;
  /** Size of the virtual disk in bytes. Readers never give more, and fail if there is less. */
  readonly sizeBytes: number;
}

/** An open disk. One thread uses it. */
export interface DiskReader {
  /**
   * Fills `buffer` with the disk's bytes from `offset` and returns its length.
   * Throws `LocalSourceShrank` if the disk ends before the buffer is full.
   */
  read(buffer: Uint8Array, offset: number): number;
  close(): void;
}

/** Opens a disk for reading. The store does not know image formats: whoever starts the workers gives this to them. */
export type OpenDisk = (source: DiskSource) => DiskReader;
