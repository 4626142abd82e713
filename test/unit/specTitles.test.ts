import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The specification's rules of the domain (§2), by number. */
const ROWS = Array.from({ length: 24 }, (_, i) => i + 1);
/** Rules of §2 that it assumes; a test's title says so. */
const ASSUMED_ROWS = [10, 11];
/** Worked examples of retention and expiry (§3). */
const EXAMPLES = ['A', 'B', 'C', 'D', 'E', 'F'];
/** What §3 assumes, by words of a title. */
const ASSUMED = [/run that failed/, /removed range/, /several times a day/];

const TITLE = /\b(?:it|describe\w*)\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g;

/** Titles of tests and of their groups, without their place. */
function titlesIn(source: string): string[] {
  return Array.from(source.matchAll(TITLE), ([, , title = '']) => title);
}

describe('the specification in the titles of tests', () => {
  const titles = readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && !file.endsWith('specTitles.test.ts'))
    .flatMap((file) => titlesIn(readFileSync(join('test', file), 'utf8')));
  const named = (row: number) => titles.filter((title) => new RegExp(`§2\\.${row}(?!\\d)`).test(title));

  for (const row of ROWS) {
    it(`there is one for §2 row ${row}`, () => assert.notDeepEqual(named(row), []));
  }

  for (const row of ASSUMED_ROWS) {
    it(`one for §2 row ${row} says what is assumed`, () => {
      assert.ok(
        named(row).some((title) => title.includes('assumed')),
        named(row).join('\n'),
      );
    });
  }

  for (const example of EXAMPLES) {
    it(`there is one for the worked example ${example} of §3`, () => {
      assert.ok(titles.some((title) => new RegExp(`§3 worked example ${example}\\b`).test(title)));
    });
  }

  for (const words of ASSUMED) {
    it(`one says that ${words.source} in §3 is assumed`, () => {
      assert.ok(titles.some((title) => title.includes('§3') && title.includes('assumed') && words.test(title)));
    });
  }

  it('are found whatever their quotes, and not in calls of other names', () => {
    const source = `it('§2.1 a', f); describe("§2.2 it's", f); describeOnLinux(\`§2.3\`, f); submit('no'); it('a \\' b')`;
    assert.deepEqual(titlesIn(source), ['§2.1 a', "§2.2 it's", '§2.3', "a \\' b"]);
  });
});
