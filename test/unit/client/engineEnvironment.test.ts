import assert from 'node:assert/strict';
import { debuggerArguments, engineEnvironment } from '../../../src/client/local/engineEnvironment';

describe('what a started engine gets from the window', () => {
  it('is its environment without what changes a Node.js process', () => {
    const from = { PATH: '/bin', VSCODE_PID: '1', NODE_OPTIONS: '--require x', ELECTRON_RUN_AS_NODE: '0' };
    const { MALLOC_ARENA_MAX, MALLOC_MMAP_THRESHOLD_, MALLOC_TRIM_THRESHOLD_, ...rest } = engineEnvironment(from);
    assert.deepEqual(rest, { PATH: '/bin', ELECTRON_RUN_AS_NODE: '1' });
    assert.ok([MALLOC_ARENA_MAX, MALLOC_MMAP_THRESHOLD_, MALLOC_TRIM_THRESHOLD_].every((value) => Number(value) > 0));
  });

  it('is how memory is given back, unless somebody set that already', () => {
    assert.equal(engineEnvironment({ MALLOC_ARENA_MAX: '4' }).MALLOC_ARENA_MAX, '4');
  });

  it('is a debugger on a loopback address, when the launch configuration names one', () => {
    assert.deepEqual(debuggerArguments({ VMBACKUP_ENGINE_INSPECT: '127.0.0.1:9339' }), ['--inspect=127.0.0.1:9339']);
    assert.deepEqual(debuggerArguments({}), []);
    assert.deepEqual(debuggerArguments({ VMBACKUP_ENGINE_INSPECT: '0.0.0.0:9339' }), []);
    assert.deepEqual(debuggerArguments({ VMBACKUP_ENGINE_INSPECT: '127.0.0.1:9339 --eval x' }), []);
  });
});
