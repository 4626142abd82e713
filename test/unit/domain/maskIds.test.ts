import assert from 'node:assert/strict';
import { maskIds } from '../../../src/domain/maskIds';

const ID = '5ab5c4c2-1111-4222-8333-0123456789ab';

const MASKED: readonly (readonly [what: string, text: string, shown: string])[] = [
  ['a subscription', `/subscriptions/${ID}/resourceGroups/prod`, '/subscriptions/…89ab/resourceGroups/prod'],
  ['a tenant', `The tenant '${ID}' is unknown.`, "The tenant '…89ab' is unknown."],
  ['an id in capitals', ID.toUpperCase(), '…89AB'],
  ['an id in an address', `https://arm.example/a%2F${ID}%2Fb`, 'https://arm.example/a%2F…89ab%2Fb'],
  ['a person', "The client 'live.com#ann.lee@contoso.example' may not.", "The client 'live.com#a…@…' may not."],
  ['a person in an address', 'user=ann%40contoso.example&x', 'user=a…@…&x'],
  ['a bearer token', 'Authorization: Bearer abc.DEF-123_456/+=', 'Authorization: Bearer …'],
  ['a token by itself', 'got eyJhbGciOiJSUzI1.eyJhdWQiOiJ.c2lnbmF0dXJl!', 'got …!'],
  ['a signed address', 'https://x.example/c?sv=1&sig=a%2Bb%3D&se=2', 'https://x.example/c?sv=1&sig=…&se=2'],
  ['a secret in JSON', '{"password": "hunter2", "user": "x"}', '{"password": "…", "user": "x"}'],
];

const KEPT: readonly (readonly [what: string, text: string])[] = [
  ['a job', `/vaults/rsv/backupJobs/${ID}`],
  ['an operation', `/vaults/rsv/backupOperations/${ID} and /operationsStatus/${ID}`],
  ['a tracking id, which support asks for', `tracking id '${ID}', request correlation id '${ID}'`],
  ['a sentence about tokens', 'Bearer token authentication is not permitted.'],
  ['a password that is only talked about', 'Wrong password: try again.'],
  ['a file', '/home/me/disks/web@2.img'],
];

describe('masking ids', () => {
  for (const [what, text, shown] of MASKED) it(`hides ${what}`, () => assert.equal(maskIds(text), shown));
  for (const [what, text] of KEPT) it(`keeps ${what}`, () => assert.equal(maskIds(text), text));

  it('twice is as once', () => {
    for (const [, text, shown] of MASKED) assert.equal(maskIds(maskIds(text)), shown);
  });
});
