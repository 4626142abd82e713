import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { formatFilter, parseFilter } from '../../../src/protocol/filter';

const read = (text: string | undefined) => {
  const filter = parseFilter(text);
  return filter && Object.fromEntries(filter);
};

describe('filters', () => {
  for (const [text, conditions] of [
    [undefined, {}],
    ['', {}],
    ['   ', {}],
    ["backupManagementType eq 'AzureIaasVM'", { backupmanagementtype: 'AzureIaasVM' }],
    [
      "backupManagementType eq 'AzureIaasVM' and itemType eq 'VM'",
      { backupmanagementtype: 'AzureIaasVM', itemtype: 'VM' },
    ],
    ["FRIENDLYNAME EQ 'Web' AND status eq 'Registered'", { friendlyname: 'Web', status: 'Registered' }],
    ["startTime eq '2017-11-29 12:00:00 AM'", { starttime: '2017-11-29 12:00:00 AM' }],
    ["name eq 'it''s and that''s'", { name: "it's and that's" }],
    ["name eq ''", { name: '' }],
    ["  name   eq   'a'   and   b   eq   'c'  ", { name: 'a', b: 'c' }],
    ['isFlag eq True and count eq 5', { isflag: 'True', count: '5' }],
    ["expand eq 'extendedInfo'", { expand: 'extendedInfo' }],
  ] as const) {
    it(`read ${JSON.stringify(text)}`, () => assert.deepEqual(read(text), conditions));
  }

  for (const text of [
    'name',
    'name eq',
    'name eq web',
    "name ne 'web'",
    "name eq 'web",
    "name eq 'we'b'",
    "name eq 'web' or a eq 'b'",
    "name eq 'web' and",
    "name eq 'web' and ",
    "and name eq 'web'",
    "name eq 'web', a eq 'b'",
    "(name eq 'web')",
    "name eq 'web' a eq 'b'",
  ]) {
    it(`refuse ${text}`, () => assert.equal(parseFilter(text), undefined));
  }

  it('come back as they were written, quotes included; conditions without a value are left out', () => {
    assert.equal(formatFilter({ a: 'x', b: undefined, c: "it's" }), "a eq 'x' and c eq 'it''s'");
    const conditions = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string(), { noNullPrototype: true });
    fc.assert(fc.property(conditions, (given) => assert.deepEqual(read(formatFilter(given)), given)));
  });

  it('are read in no time, whatever the text', () => {
    fc.assert(fc.property(fc.string(), (text) => assert.ok(parseFilter(text) === undefined || text !== 'x')));
    assert.equal(parseFilter(`name eq '${"''".repeat(50_000)}`), undefined);
  });
});
