import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

describe('the layer check', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'layers-'));
    for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json']) cpSync(file, join(folder, file));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };

  const check = () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/check-layers.mjs', folder], {
      encoding: 'utf8',
    });
    return { passed: status === 0, text: stdout + stderr };
  };

  it('accepts imports that go down', () => {
    write('src/domain/rule.ts', 'export const rule = 1;\n');
    write('src/protocol/wire.ts', "export { rule } from '../domain/rule';\n");
    assert.deepEqual(check(), { passed: true, text: '2 modules, 0 violations\n' });
  });

  it('finds an import that goes up, even of a type only', () => {
    write('src/protocol/wire.ts', 'export interface Wire {}\n');
    write('src/domain/rule.ts', "import type { Wire } from '../protocol/wire';\nexport type Rule = Wire;\n");
    const { passed, text } = check();
    assert.equal(passed, false);
    assert.match(text, /domain is pure: src\/domain\/rule\.ts → src\/protocol\/wire\.ts/);
  });

  it('fails when it read nothing', () => {
    write('src/domain/readme.txt', 'no module here');
    write('test/outside.ts', 'export {};\n');
    const { passed, text } = check();
    assert.equal(passed, false);
    assert.match(text, /no module was read/);
  });
}).timeout(30_000);
