import { strict as assert } from 'node:assert';
import {
  type FilterKey,
  type Findable,
  filterProblem,
  matches,
  parseFilter,
} from '../../../src/extension/model/filter';

const VALUES: Partial<Record<FilterKey, readonly string[]>> = {
  state: ['failed'],
  vault: ['home vault'],
  rg: ['prod'],
  tag: ['env=prod'],
};

const web: Findable = {
  text: () => 'web-01\nprod\nhome vault\nlast backup failed\nsample',
  values: (key) => VALUES[key] ?? [],
};

const TABLE: readonly (readonly [string, boolean])[] = [
  ['', true],
  ['web', true],
  ['WEB failed', true],
  ['web other', false],
  ['"last backup"', true],
  ['"backup last"', false],
  ['state:failed', true],
  ['state:fail', true],
  ['state:ailed', false],
  ['STATE:Failed', true],
  ['state:overdue', false],
  ['vault:home', true],
  ['vault:"home vault" rg:prod', true],
  ['vault:home rg:test', false],
  ['tag:env=prod', true],
  ['provider:azure', false],
  ['not:sample', false],
  ['not:state:overdue', true],
  ['not:not:sample', true],
  ['state:', true],
  ['"unfinished', false],
  ['odd:word', false],
];

describe('filter', () => {
  for (const [text, expected] of TABLE) {
    it(`${text || 'nothing'}: ${expected ? 'shown' : 'hidden'}`, () => {
      assert.equal(matches(parseFilter(text), web), expected);
    });
  }

  it('names a key that the view does not know, with those that it does', () => {
    const problem = filterProblem('web not:stat:failed', ['state', 'vault']);
    assert.equal(problem, '"stat:" is not known here. Use words, or state: vault: not:');
    assert.equal(filterProblem('web state:failed not:sample 12:30', ['state']), undefined);
  });
});
