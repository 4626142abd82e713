import { createCipheriv, createHash } from 'node:crypto';
import { createReadStream, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

const MIB = 1024 ** 2;
/** One piece of each kind after the other, so that the image is mixed all along. */
const PIECE = 4 * MIB;
/** Length of one changed place. */
const RUN = 256 * 1024;

/** What a disk holds, in words for the report. */
export const CONTENT = '50 % random, 40 % text, 10 % zeros, in pieces of 4 MiB';

/** Writes an image whose bytes depend on the seed only. */
export async function writeImage(path, sizeBytes, seed) {
  const random = keyStream(`image ${seed}`);
  const file = await open(path, 'w');
  try {
    for (let offset = 0, piece = 0; offset < sizeBytes; offset += PIECE, piece++) {
      const length = Math.min(PIECE, sizeBytes - offset);
      const kind = piece % 10;
      if (kind === 9) continue; // a hole: reads as zeros
      const bytes = kind % 2 === 0 ? random(length) : text(random, length);
      await file.write(bytes, 0, length, offset);
    }
    await file.truncate(sizeBytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Overwrites 1 % of an image with random bytes, in places of 256 KiB spread evenly.
 * @returns bytes changed
 */
export async function changeImage(path, seed) {
  const random = keyStream(`change ${seed}`);
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    const places = Math.max(1, Math.round(size / 100 / RUN));
    for (let place = 0; place < places; place++) {
      // To the byte, not to the block: chunks of no tool are favoured by alignment.
      const offset = Math.floor(((place + 0.37) * (size - RUN)) / places);
      writeSync(file.fd, random(RUN), 0, RUN, offset);
    }
    await file.sync();
    return places * RUN;
  } finally {
    await file.close();
  }
}

/** SHA-256 of a file, as hex; it also brings the file into the page cache for whoever reads it next. */
export async function sha256(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: MIB }), hash);
  return hash.digest('hex');
}

/** Random bytes that depend on the seed only: the key stream of AES in counter mode. */
function keyStream(seed) {
  const key = createHash('sha256').update(seed).digest();
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  return (length) => cipher.update(Buffer.alloc(length));
}

const WORDS = 'disk vault backup policy machine point restore chunk engine error info warning started stopped'.split(
  ' ',
);

/** Lines like those of a log: they compress about as well as real ones. */
function text(random, length) {
  const lines = [];
  const numbers = random(Math.ceil(length / 8));
  let at = 0;
  for (let written = 0; written < length; ) {
    const word = () => WORDS[numbers[at++ % numbers.length] % WORDS.length];
    const number = numbers.readUInt32LE((at += 4) % (numbers.length - 4));
    const line = `2026-01-${10 + (number % 20)} ${number} ${word()} ${word()} ${word()}: ${word()} ${number >>> 7}\n`;
    lines.push(line);
    written += line.length;
  }
  return Buffer.from(lines.join('')).subarray(0, length);
}
