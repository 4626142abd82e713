/**
 * What the files in the sample machines say. Every text has the same length whatever it says, so that a file can be
 * rewritten inside its image without touching the file system around it. Also used by scripts/make-lab.mjs.
 */

/** Like `Math.random`. */
export type Random = () => number;

/** Bytes of one line of the access log, its end included. */
export const LOG_LINE_BYTES = 128;

/** Bytes of one page of a database table. */
export const TABLE_PAGE_BYTES = 8192;

const ROW_BYTES = 128;

const pages = ['/', '/products.html', '/prices.html', '/about.html', '/contact.html', '/style.css'];
const products = ['Desk lamp', 'Office chair', 'Notebook A5', 'Fountain pen', 'Paper clips', 'Wall clock', 'Bookshelf'];
const states = ['ordered', 'paid', 'packed', 'sent', 'returned'];

/** The start page, which says when it was updated and how often it was visited. */
export function indexPage({ now, visits }: { now: number; visits: number }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Sample Stationery</title>
<link rel="stylesheet" href="style.css">
</head>
<body>
<h1>Sample Stationery</h1>
<p>Everything for the desk, from one small shop.</p>
<p id="updated">Updated ${new Date(now).toISOString()}</p>
<p id="visits">Visitor number ${digits(visits, 8)}</p>
<ul>
<li><a href="products.html">Products</a></li>
<li><a href="prices.html">Prices</a></li>
<li><a href="about.html">About us</a></li>
<li><a href="contact.html">Contact</a></li>
</ul>
</body>
</html>
`;
}

/** The visitor number that a start page shows. */
export function visitsOf(page: string): number {
  return Number(/Visitor number (\d+)/.exec(page)?.[1] ?? 0);
}

/** Lines of the web server's access log, one every few seconds, the last one at `until`. */
export function logLines(random: Random, { until, count }: { until: number; count: number }): string {
  const lines: string[] = [];
  for (let time = until; lines.length < count; time -= 1000 * Math.ceil(random() * 9)) {
    const address = `203.0.113.${1 + Math.floor(random() * 254)}`; // a range kept for documentation
    const status = random() < 0.95 ? 200 : 404;
    lines.push(`${address} [${new Date(time).toISOString()}] "GET ${pick(random, pages)} HTTP/1.1" ${status}`);
  }
  return lines
    .toReversed()
    .map((line) => `${line.padEnd(LOG_LINE_BYTES - 1)}\n`)
    .join('');
}

/** One page of a table: a header row, then orders. `version` is the change that wrote it. */
export function tablePage(random: Random, { number, version }: { number: number; version: number }): string {
  const rows = [`PAGE ${digits(number, 6)} VERSION ${digits(version, 16)}`];
  while (rows.length < TABLE_PAGE_BYTES / ROW_BYTES) {
    const order = digits(number * 100 + rows.length, 10);
    const customer = digits(Math.floor(random() * 5000), 6);
    const price = ((1 + Math.floor(random() * 400)) * 0.25).toFixed(2).padStart(8);
    const check = Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
    rows.push(`${order}|${customer}|${pick(random, products).padEnd(20)}|${price}|${pick(random, states)}|${check}`);
  }
  return rows.map((row) => `${row.padEnd(ROW_BYTES - 1)}\n`).join('');
}

function pick(random: Random, from: readonly string[]): string {
  return from[Math.floor(random() * from.length)] ?? '';
}

function digits(value: number, length: number): string {
  return String(value).padStart(length, '0');
}
