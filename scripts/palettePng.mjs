import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const MOST_COLORS = 256;

/**
 * A PNG of at most 256 colours: a picture of a window has few, and is a third as large then. Rarer ones become the nearest of them.
 * @param rgba four bytes a pixel, row by row; no pixel is transparent
 */
export function palettePng({ width, height, rgba }) {
  const colors = new Uint32Array(width * height).map((_, i) => rgba.readUInt32BE(i * 4) >>> 8);
  const counts = new Map();
  for (const color of colors) counts.set(color, (counts.get(color) ?? 0) + 1);
  const palette = Array.from(counts.keys())
    .toSorted((a, b) => counts.get(b) - counts.get(a))
    .slice(0, MOST_COLORS);
  const places = new Map(Array.from(counts.keys(), (color) => [color, nearest(palette, color)]));
  const rows = Buffer.alloc((width + 1) * height); // each row begins with its filter, 0: none
  for (const [i, color] of colors.entries()) rows[i + Math.floor(i / width) + 1] = places.get(color);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8); // eight bits a pixel, which are a place in the palette
  const table = Buffer.from(palette.flatMap(channels));
  const parts = [chunk('IHDR', header), chunk('PLTE', table), chunk('IDAT', deflateSync(rows, { level: 9 }))];
  return Buffer.concat([SIGNATURE, ...parts, chunk('IEND', Buffer.alloc(0))]);
}

function nearest(palette, color) {
  const wanted = channels(color);
  const distances = palette.map((known) =>
    channels(known).reduce((sum, value, i) => sum + (value - wanted[i]) ** 2, 0),
  );
  return distances.indexOf(Math.min(...distances));
}

function channels(color) {
  return [color >> 16, (color >> 8) & 255, color & 255];
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
