// The files inside the sample disks, as maps from path to text. Seeded: the same at every run.
import {
  indexPage,
  LOG_LINE_BYTES,
  logLines,
  TABLE_PAGE_BYTES,
  tablePage,
} from '../src/engine/machines/lab/content.ts';

/** Everything in the sample disks happened at this moment. */
export const labTime = Date.UTC(2026, 0, 5, 8);

/** The start-up partition. The samples hold no boot loader: they are never run. */
export const bootFiles = {
  '/README.TXT': 'Boot partition of a sample machine. It holds no boot loader.\r\n',
  '/LOADER.CNF': 'timeout 3\r\ndefault sample\r\n',
};

/** The web server's only file system. */
export const webFiles = {
  ...systemFiles('sample-web'),
  '/etc/nginx.conf':
    'events {}\nhttp {\n  access_log /srv/www/access.log;\n  server { listen 80; root /srv/www; }\n}\n',
  '/srv/www/index.html': indexPage({ now: labTime, visits: 41_827 }),
  '/srv/www/style.css':
    'body { font: 16px/1.5 sans-serif; margin: 2rem auto; max-width: 40rem; }\nh1 { color: #246; }\n',
  '/srv/www/products.html': page('Products', 'Lamps, chairs, notebooks, pens, clips, clocks and shelves.'),
  '/srv/www/prices.html': page('Prices', 'Fair, and the same for everybody.'),
  '/srv/www/about.html': page('About us', 'A sample shop that never sold anything.'),
  '/srv/www/contact.html': page('Contact', 'Write to shop@example.com.'),
  '/srv/www/access.log': logLines(seeded(1), { until: labTime, count: (384 * 1024) / LOG_LINE_BYTES }),
};

/** The database server's first disk. */
export const databaseSystemFiles = {
  ...systemFiles('sample-db'),
  '/etc/database.conf': 'data = /var/lib/shop\nlisten = 127.0.0.1:5432\n',
};

/** The database server's second disk, which it has at /var/lib/shop. */
export const databaseFiles = {
  '/orders.tbl': table(2, 256),
  '/customers.tbl': table(3, 96),
  '/README.txt': 'The tables of the sample shop.\n',
  '/journal/00000001': `${'journal record, committed'.padEnd(63)}\n`.repeat(8192),
};

function systemFiles(name) {
  return {
    '/etc/hostname': `${name}\n`,
    '/etc/hosts': `127.0.0.1 localhost\n127.0.1.1 ${name}\n`,
    '/etc/os-release': 'NAME="Sample Linux"\nID=sample\nVERSION_ID="1"\nPRETTY_NAME="Sample Linux 1"\n',
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nwww:x:33:33:www:/srv/www:/bin/false\n',
    '/root/notes.txt': 'This machine is a sample. Change it, back it up, restore it.\n',
    '/usr/share/words.txt': words(),
    '/var/log/messages': messages(name),
  };
}

/** About 1 MB that compresses well. */
function words() {
  const syllables = 'ba be bo da de do fa fe fo ka ke ko la le lo ma me mo na ne no ra re ro sa se so ta te to'.split(
    ' ',
  );
  const all = syllables.flatMap((a) => syllables.flatMap((b) => syllables.map((c) => a + b + c)));
  return Array.from({ length: 5 }, (_, round) => all.map((word) => word + 'aeiou'[round]).join('\n')).join('\n');
}

function messages(name) {
  const line = (at) => `${new Date(labTime - 60_000 * at).toISOString()} ${name} cron: hourly tasks done\n`;
  return Array.from({ length: 4000 }, (_, index) => line(4000 - index)).join('');
}

function page(title, text) {
  return `<!doctype html>\n<title>${title}</title>\n<link rel="stylesheet" href="style.css">\n<h1>${title}</h1>\n<p>${text}</p>\n`;
}

function table(seed, pages) {
  const random = seeded(seed);
  const text = Array.from({ length: pages }, (_, number) => tablePage(random, { number, version: 1 })).join('');
  if (text.length !== pages * TABLE_PAGE_BYTES) throw new Error('a row is too long');
  return text;
}

/** Mulberry32: small, and the same numbers everywhere. */
function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
