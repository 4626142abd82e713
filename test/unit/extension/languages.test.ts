import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Texts that are the same in both languages: names, symbols and placeholders only. */
const SAME_IN_BOTH = new Set(['Azure', '$(azure) Azure', 'Linux', 'Windows', 'UTC', '{0} UTC', 'VM Backup', '–']);

const read = (file: string) => JSON.parse(readFileSync(join(process.cwd(), file), 'utf8')) as Record<string, string>;

/** Placeholders, icons, commands and new lines: what a translation must keep. */
const kept = (text: string) => (text.match(/\{\w+\}|\$\([\w-]+\)|\(command:[\w.]+\)|`[^`]+`/g) ?? []).toSorted();

const hasWords = (text: string) => /[A-Za-z]{2}/.test(text.replaceAll(/\{\w+\}|\$\([\w-]+\)/g, ''));

for (const [english, chinese] of [
  ['package.nls.json', 'package.nls.zh-tw.json'],
  ['l10n/bundle.l10n.json', 'l10n/bundle.l10n.zh-tw.json'],
] as const) {
  describe(chinese, () => {
    const source = read(english);
    const target = read(chinese);

    it('has every text of English, and no other', () => {
      const missing = Object.keys(source).filter((key) => !(key in target));
      const left = Object.keys(target).filter((key) => !(key in source));
      assert.deepEqual({ missing, left }, { missing: [], left: [] });
    });

    it('keeps placeholders, icons, commands and code', () => {
      for (const [key, text] of Object.entries(source)) assert.deepEqual(kept(target[key] ?? ''), kept(text), key);
    });

    it('leaves nothing in English', () => {
      const same = Object.entries(source)
        .filter(([key, text]) => target[key] === text && hasWords(text) && !SAME_IN_BOTH.has(text))
        .map(([, text]) => text);
      assert.deepEqual(same, []);
    });
  });
}
