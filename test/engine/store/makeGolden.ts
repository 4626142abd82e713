import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeGolden, NEWEST_GOLDEN, SPACE_RESERVE } from './goldenContent';

// Makes the newest sample again. Only for a new format: a sample of a released format must stay as it is.
// node_modules/.bin/esbuild test/engine/store/makeGolden.ts --bundle --platform=node | node_modules/.bin/node -
async function main(): Promise<void> {
  const fixture = path.resolve(`test/fixtures/${NEWEST_GOLDEN}`);
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'golden-'));
  fs.rmSync(fixture, { recursive: true, force: true });
  fs.mkdirSync(fixture, { recursive: true });
  const { recoveryKey } = await makeGolden(path.join(fixture, 'vault'), work);
  fs.rmSync(path.join(fixture, 'vault', SPACE_RESERVE));
  fs.writeFileSync(path.join(fixture, 'recovery-key.txt'), `${recoveryKey}\n`);
  fs.rmSync(work, { recursive: true });
}

void main();
