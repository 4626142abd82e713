import assert from 'node:assert/strict';
import { serviceErrorIn, toldBy } from '../../../src/client/serviceError';

describe('an error of a service', () => {
  it('is told without its nesting, each part with its code', () => {
    const innermost = { code: 'DiskInUse', message: 'The disk is attached.', target: null };
    const deeper = { code: 'Conflict', message: 'The request conflicts.', details: [innermost] };
    const told = serviceErrorIn({
      error: { code: 'DeploymentFailed', message: 'It failed.', details: [deeper, null, 7] },
    });
    assert.equal(told?.code, 'DeploymentFailed');
    assert.deepEqual(told.details, [
      { code: 'Conflict', message: 'The request conflicts.' },
      { code: 'DiskInUse', message: 'The disk is attached.' },
    ]);
  });

  it('is read out of a message that is the answer of another service', () => {
    const message = JSON.stringify({ error: { code: 'Quota', message: 'The quota is used up.' } });
    const told = serviceErrorIn({ code: 'Failed', message });
    assert.equal(told?.code, 'Failed');
    assert.equal(told.message, 'The quota is used up.');
    assert.equal(serviceErrorIn({ code: 'Failed', message: '{not JSON' })?.message, '{not JSON');
  });

  it('has the recommendations of the service itself, wherever they are, each once', () => {
    const told = serviceErrorIn({
      error: {
        code: 400_153,
        message: 'The agent does not answer.',
        recommendations: ['Restart the machine.'],
        details: [{ code: 'X', message: 'Y', recommendations: ['Restart the machine.', 'Install the agent.'] }],
        additionalInfo: [{ type: 'Recommendation', info: { text: 'Ask support.' } }, { type: 'Other' }],
      },
    });
    assert.equal(told?.code, '400153');
    assert.deepEqual(told.recommendations, ['Restart the machine.', 'Ask support.', 'Install the agent.']);
  });

  for (const nothing of [undefined, null, 'a page', {}, { error: null }, { error: { message: 'No code.' } }]) {
    it(`is not made up of ${JSON.stringify(nothing)}`, () => assert.equal(serviceErrorIn(nothing), undefined));
  }
});

describe('a permission that is missing', () => {
  const SCOPE = '/subscriptions/s/resourceGroups/prod/providers/Microsoft.RecoveryServices/vaults/rsv';
  const MESSAGES = {
    AuthorizationFailed: `The client 'ann@contoso.example' with object id 'o' does not have authorization to perform action 'Microsoft.RecoveryServices/vaults/backupJobs/read' over scope '${SCOPE}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    LinkedAuthorizationFailed: `The client 'ann@contoso.example' with object id 'o' has permission to perform action 'Microsoft.Compute/virtualMachines/write' on scope '/x'; however, it does not have permission to perform action(s) 'Microsoft.RecoveryServices/vaults/backupJobs/read' on the linked scope(s) '${SCOPE}' (respectively) or the linked scope(s) are invalid.`,
  };
  for (const [code, message] of Object.entries(MESSAGES)) {
    it(`is named with its scope, the role that has it and who gives that: ${code}`, () => {
      const error = toldBy({ code, message, recommendations: [], details: [] }, undefined);
      assert.equal(error.code, 'AuthorizationFailed');
      assert.equal(
        error.message,
        `You are not permitted to do Microsoft.RecoveryServices/vaults/backupJobs/read on ${SCOPE}.`,
      );
      assert.match(error.details.recommendation ?? '', /Ask an Owner or User Access Administrator of .* Backup Reader/);
    });
  }

  it('is told as the service does where its words are others', () => {
    const error = toldBy({ code: 'AuthorizationFailed', message: 'No.', recommendations: [], details: [] }, undefined);
    assert.deepEqual([error.code, error.message, error.details], ['AuthorizationFailed', 'No.', {}]);
  });
});
