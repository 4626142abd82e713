import { strict as assert } from 'node:assert';
import { errorEntry } from '../../../src/domain/errorCatalogue';
import { agentHelp, jobHelp, troubleshootingGuide } from '../../../src/extension/model/helpPages';
import { extensionWorld } from '../../support/extensionWorld';

const error = {
  code: '380016',
  title: 'UserErrorGuestAgentVersionUnsupported',
  message: 'Does not have the latest agent installed.',
  recommendations: ['Update the agent to the latest version.', 'Try again.'],
};

describe('help', () => {
  it('tells for both systems how to install, update and validate the VM agent', () => {
    const help = agentHelp();
    for (const words of ['WaAppAgent.exe', '2.6.1198.718', 'waagent --version', 'no backup runs meanwhile']) {
      assert.ok(help.includes(words), words);
    }
    const rows = help.split('\n').filter((line) => line.startsWith('| '));
    assert.deepEqual(
      rows.map((row) => row.split(' | ').length),
      [3, 3, 3, 3, 3],
    );
  });

  it('tells of a failed job what happened and what to do, step by step', () => {
    const job = extensionWorld().connection.addJob('web-01', { status: 'Failed', errors: [error] });
    const help = jobHelp(job);
    assert.match(help, /1\. Update the agent.*\n2\. Try again/);
    assert.match(help, /VM Agent Help/);
    assert.match(help, /UserErrorGuestAgentVersionUnsupported \(380016\)/);
    const silent = jobHelp({ ...job, errors: [] });
    assert.match(silent, /gave no reason/);
    assert.match(silent, /Try again/);
  });

  it('the guide has every failure of a job and its remedy', () => {
    const guide = troubleshootingGuide();
    assert.ok(guide.includes('## UserErrorFsFreezeFailed'));
    assert.ok(guide.includes(`## ${errorEntry('LocalDiskNotFound').title}`));
    assert.ok(!guide.includes('SubscriptionNotFound'));
  });
});
