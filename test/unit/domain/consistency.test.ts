import assert from 'node:assert/strict';
import { pointConsistency, type SnapshotFacts } from '../../../src/domain/consistency';
import { isErrorCode } from '../../../src/domain/errorCatalogue';

const RUNNING: SnapshotFacts = { power: 'running', osType: 'Windows', agent: 'ready', guestHook: 'application' };

const CASES: readonly (readonly [string, Partial<SnapshotFacts>, string])[] = [
  ['running Windows, VSS complete', {}, 'AppConsistent'],
  ['running Windows, VSS in part', { guestHook: 'fileSystem' }, 'FileSystemConsistent'],
  ['running Windows, VSS failed', { guestHook: 'failed' }, 'ExtensionFailedVssWriterInBadState'],
  ['running Linux, frozen', { osType: 'Linux', guestHook: 'fileSystem' }, 'FileSystemConsistent'],
  ['running Linux with scripts', { osType: 'Linux' }, 'AppConsistent'],
  ['running Linux, freeze failed', { osType: 'Linux', guestHook: 'failed' }, 'UserErrorFsFreezeFailed'],
  ['running, guest not asked', { guestHook: 'notRun' }, 'CrashConsistent'],
  ['running, agent not ready', { agent: 'notReady' }, 'UserErrorGuestAgentStatusUnavailable'],
  ['running without an agent', { agent: 'none' }, 'CrashConsistent'],
  ['stopped, agent not ready', { power: 'stopped', agent: 'notReady' }, 'CrashConsistent'],
  ['power not known', { power: 'unknown', agent: 'none', guestHook: 'notRun' }, 'CrashConsistent'],
  ['between two states', { power: 'changing' }, 'UserErrorVmNotInDesirableState'],
];

describe('consistency', () => {
  for (const [name, facts, expected] of CASES) {
    it(`${name}: ${expected}`, () => {
      const result = pointConsistency({ ...RUNNING, ...facts });
      assert.deepEqual(result, isErrorCode(expected) ? { refusal: expected } : { consistency: expected });
    });
  }
});
