import assert from 'node:assert/strict';
import { isAppError } from '../../../src/domain/errors';
import type { ArmRequest } from '../../../src/engine/http/operation';
import { withRefusals } from '../../../src/engine/http/routes/unsupported';
import { isListed, listedRefusals } from '../../fuzz/refusals';

/** The refusal takes nothing from its request. */
const ANY = {} as ArmRequest;

const message = (feature: string) => `The local engine does not support ${feature}.`;

describe('operations that are refused by name', () => {
  it('are all listed in LIMITATIONS.md, in the words of the refusal', async () => {
    const refusals = listedRefusals();
    const operations = withRefusals([]);
    assert.ok(operations.length > 10);
    for (const { method, path, handle } of operations) {
      await assert.rejects(
        async () => handle(ANY),
        (error) => isAppError(error, 'NotImplemented') && isListed(error.message, refusals),
        `${method} ${path}`,
      );
    }
  });

  it('are told from others', () => {
    const listed = ['exporting jobs', 'policies of the type '];
    for (const feature of ['exporting jobs', "policies of the type 'x'.'"])
      assert.ok(isListed(message(feature), listed));
    for (const feature of ['exporting jobs twice', 'policies', '']) assert.ok(!isListed(message(feature), listed));
  });
});
