import assert from 'node:assert/strict';
import { debuggerArguments, engineEnvironment } from '../../../src/client/local/engineEnvironment';

describe('what a started engine gets from the window', () => {
  it('is its environment without what changes a Node.js process', () => {
    const from = { PATH: '/bin', VSCODE_PID: '1', NODE_OPTIONS: '--require x', ELECTRON_RUN_AS_NODE: '0' };
    assert.deepEqual(engineEnvironment(from), { PATH: '/bin', ELECTRON_RUN_AS_NODE: '1' });
  });

  it('is a debugger on a loopback address, when the launch configuration names one', () => {
    assert.deepEqual(debuggerArguments({ VMBACKUP_ENGINE_INSPECT: '127.0.0.1:9339' }), ['--inspect=127.0.0.1:9339']);
    assert.deepEqual(debuggerArguments({}), []);
    assert.deepEqual(debuggerArguments({ VMBACKUP_ENGINE_INSPECT: '0.0.0.0:9339' }), []);
    assert.deepEqual(debuggerArguments({ VMBACKUP_ENGINE_INSPECT: '127.0.0.1:9339 --eval x' }), []);
  });
});
