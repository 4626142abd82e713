import { strict as assert } from 'node:assert';
import { ERROR_PLACEHOLDERS, errorCodes, errorEntry, templateValues } from '../../../src/domain/errorCatalogue';
import { fillTemplate } from '../../../src/domain/errorTemplates';
import { errorWords, jobInWords } from '../../../src/extension/model/errorWords';
import { english, useLanguage } from '../../../src/extension/text';
import { extensionWorld } from '../../support/extensionWorld';

const VALUES = Object.fromEntries(Object.keys(ERROR_PLACEHOLDERS).map((name) => [name, `(${name} of {x}?)`]));

describe('errors in the language of the user', () => {
  before(() => useLanguage({ translator: (message) => `[zh] ${message}`, language: 'zh-tw' }));
  after(() => useLanguage({ translator: english, language: 'en' }));

  it('every text of the catalogue is recognised in what came over the wire', () => {
    for (const code of errorCodes()) {
      for (const part of ['message', 'recommendation'] as const) {
        const template = errorEntry(code)[part];
        const text = fillTemplate(template, VALUES);
        assert.equal(fillTemplate(template, templateValues(template, text) ?? {}), text, code);
        assert.equal(errorWords(code, part, text), `[zh] ${text}`, code);
      }
    }
  });

  it('a text of the service itself, or of another code, stays as it came', () => {
    assert.equal(errorWords('SomeAzureCode', 'message', 'Not here.'), 'Not here.');
    assert.equal(errorWords('LocalDiskNotFound', 'message', 'There is no such thing.'), 'There is no such thing.');
  });

  it('a job tells its cause and what to do', () => {
    const { message, recommendation } = errorEntry('LocalDiskNotFound');
    const error = {
      code: '0',
      title: 'LocalDiskNotFound',
      message: fillTemplate(message, { path: '/a' }),
      recommendations: [fillTemplate(recommendation, {}), 'Ask somebody.'],
    };
    const [told] = jobInWords(
      extensionWorld().connection.addJob('web-01', { status: 'Failed', errors: [error] }),
    ).errors;
    assert.equal(told?.message, '[zh] There is no file /a.');
    assert.deepEqual(told?.recommendations, [`[zh] ${recommendation}`, 'Ask somebody.']);
  });
});
