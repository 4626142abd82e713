import assert from 'node:assert/strict';
import {
  diskNameProblem,
  machineNameProblem,
  type NameProblem,
  policyNameProblem,
  resourceGroupNameProblem,
  sameLocation,
  sameName,
  storageAccountNameProblem,
  vaultNameProblem,
} from '../../../src/domain/names';

type Rule = (name: string) => NameProblem | undefined;

const GOOD: readonly (readonly [string, Rule, readonly string[]])[] = [
  ['vault', vaultNameProblem, ['ab', 'Home-Vault1', 'a-', `v${'x'.repeat(49)}`]],
  ['policy', policyNameProblem, ['abc', 'Daily_02!', `p${'-'.repeat(149)}`]],
  ['resource group', resourceGroupNameProblem, ['a', '1', '-rg_(x).y', '備份群組', 'g'.repeat(90)]],
  ['machine', machineNameProblem, ['a', '1', 'web-01', 'db_01.local', 'm'.repeat(64)]],
  ['disk', diskNameProblem, ['a', '_.-', 'd'.repeat(80)]],
  ['storage account', storageAccountNameProblem, ['abc', '123', 'a'.repeat(24)]],
];

const BAD: readonly (readonly [string, Rule, string, NameProblem['code'], RegExp])[] = [
  ['vault', vaultNameProblem, '', 'TooShort', /^A vault name needs at least 2 characters\.$/],
  ['vault', vaultNameProblem, 'a', 'TooShort', /at least 2/],
  ['vault', vaultNameProblem, 'v'.repeat(51), 'TooLong', /at most 50 characters/],
  ['vault', vaultNameProblem, '1vault', 'BadStart', /must start with a letter/],
  ['vault', vaultNameProblem, '-vault', 'BadStart', /must start with a letter/],
  ['vault', vaultNameProblem, 'my_vault', 'BadCharacter', /only letters, digits and hyphens/],
  ['vault', vaultNameProblem, 'vault ', 'BadCharacter', /only letters, digits and hyphens/],
  ['vault', vaultNameProblem, 'vault\n', 'BadCharacter', /only letters, digits and hyphens/],
  ['vault', vaultNameProblem, 'väult', 'BadCharacter', /only letters, digits and hyphens/],
  ['policy', policyNameProblem, 'ab', 'TooShort', /at least 3/],
  ['policy', policyNameProblem, 'p'.repeat(151), 'TooLong', /at most 150/],
  ['policy', policyNameProblem, '!daily', 'BadStart', /start with a letter/],
  ['policy', policyNameProblem, 'daily 02', 'BadCharacter', /underscores and exclamation marks/],
  ['resource group', resourceGroupNameProblem, '', 'TooShort', /at least 1 character\.$/],
  ['resource group', resourceGroupNameProblem, 'g'.repeat(91), 'TooLong', /at most 90/],
  ['resource group', resourceGroupNameProblem, 'group.', 'BadEnd', /not end with a period/],
  ['resource group', resourceGroupNameProblem, 'a/b', 'BadCharacter', /parentheses/],
  ['machine', machineNameProblem, 'm'.repeat(65), 'TooLong', /at most 64/],
  ['machine', machineNameProblem, '_web', 'BadStart', /a letter or a digit/],
  ['machine', machineNameProblem, 'web-', 'BadEnd', /a period or a hyphen/],
  ['machine', machineNameProblem, 'web.', 'BadEnd', /a period or a hyphen/],
  ['machine', machineNameProblem, 'web 01', 'BadCharacter', /hyphens, underscores and periods/],
  ['disk', diskNameProblem, 'd'.repeat(81), 'TooLong', /at most 80/],
  ['disk', diskNameProblem, 'a/b', 'BadCharacter', /underscores, hyphens and periods/],
  ['storage account', storageAccountNameProblem, 'ab', 'TooShort', /at least 3/],
  ['storage account', storageAccountNameProblem, 'a'.repeat(25), 'TooLong', /at most 24/],
  ['storage account', storageAccountNameProblem, 'Abc', 'BadCharacter', /lower-case letters and digits/],
];

describe('names', () => {
  for (const [kind, rule, names] of GOOD) {
    for (const name of names) {
      it(`accepts the ${kind} name ${name.slice(0, 20)} (${name.length})`, () => {
        assert.equal(rule(name), undefined);
      });
    }
  }

  for (const [kind, rule, name, code, message] of BAD) {
    it(`refuses the ${kind} name ${JSON.stringify(name.slice(0, 20))} (${name.length}): ${code}`, () => {
      const problem = rule(name);
      assert.equal(problem?.code, code);
      assert.match(problem?.message ?? '', message);
    });
  }

  it('compares names without case', () => {
    assert.equal(sameName('Home-Vault', 'home-vault'), true);
    assert.equal(sameName('home vault', 'homevault'), false);
  });

  it('compares locations without case and spaces', () => {
    assert.equal(sameLocation('East Asia', 'eastasia'), true);
    assert.equal(sameLocation('eastasia', 'southeastasia'), false);
  });
});
