import { RUNTIME_FOLDER } from '../../protocol/engineEndpoint';

/**
 * The program that a service runs: it becomes the newest copy of the engine that lies in the data folder. A definition
 * that named one copy would be out of date with the next version, which removes the older copies.
 */
export const START_SCRIPT_TEXT = `'use strict';
const { readdirSync, statSync } = require('node:fs');
const { join } = require('node:path');

const data = process.argv[process.argv.indexOf('--data') + 1];
const runtimes = join(data, '${RUNTIME_FOLDER}');

/** Version numbers of a folder such as 1.2.3-0123456789ab, then the time it was made. */
function rank(name) {
  const numbers = name.split('-')[0].split('.').map(Number);
  return [...numbers, statSync(join(runtimes, name)).mtimeMs];
}

function newerFirst(a, b) {
  const [left, right] = [rank(a), rank(b)];
  const at = left.findIndex((number, i) => number !== right[i]);
  return at < 0 ? 0 : right[at] - left[at];
}

const [newest] = readdirSync(runtimes).filter((name) => /^\\d+\\.\\d+\\.\\d+-/.test(name)).sort(newerFirst);
if (newest === undefined) throw new Error(\`There is no engine in \${runtimes}. Install the service again.\`);
process.argv[1] = join(runtimes, newest, 'engine.js');
require(process.argv[1]).start(process.argv.slice(2));
`;
