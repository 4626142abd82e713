import assert from 'node:assert/strict';
import { type AgentFacts, agentWarning, OLDEST_WINDOWS_AGENT } from '../../../src/domain/agent';

const OLD = 'UserErrorGuestAgentVersionUnsupported';

const CASES: readonly (readonly [string, 'Windows' | 'Linux', AgentFacts, string | undefined])[] = [
  ['the oldest that is good', 'Windows', { state: 'ready', version: OLDEST_WINDOWS_AGENT }, undefined],
  ['one build older', 'Windows', { state: 'ready', version: '2.6.1198.717' }, OLD],
  ['older by its second number, not by its text', 'Windows', { state: 'ready', version: '2.5.99999.999' }, OLD],
  ['newer by a longer number', 'Windows', { state: 'ready', version: '2.10.0.0' }, undefined],
  ['newer with fewer parts', 'Windows', { state: 'ready', version: '3' }, undefined],
  ['older with fewer parts', 'Windows', { state: 'ready', version: '2.6.1198' }, OLD],
  ['no number at all', 'Windows', { state: 'ready', version: 'old' }, OLD],
  ['a version that is not told', 'Windows', { state: 'ready' }, undefined],
  ['an agent that does not answer', 'Windows', { state: 'notReady', version: '1.0.0.0' }, undefined],
  ['a Linux agent', 'Linux', { state: 'ready', version: '1.0.0.0' }, undefined],
];

describe('SPEC §2.17: the agent of a machine', () => {
  for (const [name, osType, agent, expected] of CASES) {
    it(`${name}: ${expected ?? 'no warning'}`, () => assert.equal(agentWarning(osType, agent), expected));
  }
});
