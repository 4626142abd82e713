import { strict as assert } from 'node:assert';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { english, t, useLanguage } from '../../../src/extension/text';
import { translatableTexts } from '../../support/l10nTexts';

const bundle = join(process.cwd(), 'l10n/bundle.l10n.json');

describe('texts', () => {
  it('l10n/bundle.l10n.json holds every text (UPDATE_L10N=1 writes it)', () => {
    const wanted = Object.fromEntries(translatableTexts(process.cwd()).map((text) => [text, text]));
    if (process.env['UPDATE_L10N']) writeFileSync(bundle, `${JSON.stringify(wanted, undefined, 2)}\n`);
    assert.ok(existsSync(bundle));
    assert.deepEqual(JSON.parse(readFileSync(bundle, 'utf8')), wanted);
  });

  it('fills placeholders, and leaves those that pages fill', () => {
    assert.equal(t('{0} of {1}', 2, 'three'), '2 of three');
    assert.equal(t('{0} left'), '{0} left');
  });

  it('come from the translator once a language is set', () => {
    useLanguage({ translator: (message) => message.toUpperCase(), language: 'xx' });
    try {
      assert.equal(t('yes'), 'YES');
    } finally {
      useLanguage({ translator: english, language: 'en' });
    }
  });
});
