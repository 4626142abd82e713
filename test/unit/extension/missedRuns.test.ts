import { strict as assert } from 'node:assert';
import { tellMissedRuns } from '../../../src/extension/missedRuns';
import { ShortMemory } from '../../../src/extension/model/memory';
import type { NotificationLevel } from '../../../src/extension/settings';
import { extensionWorld } from '../../support/extensionWorld';
import { NOON } from '../../support/manualClock';
import { ScriptedUi } from '../../support/scriptedUi';

/** A window whose engine says what it made up for. */
function world(memory = new ShortMemory(), level: NotificationLevel = 'attention') {
  const { connection, stores } = extensionWorld();
  const ui = new ScriptedUi();
  tellMissedRuns({ engine: stores.engine, messages: ui, level: () => level, memory });
  const hear = async (madeUp: { runs: number; machines: number } | undefined, startedAt = NOON) => {
    const usual = connection.local.health.bind(connection.local);
    connection.local.health = async () => ({ ...(await usual()), startedAt, ...(madeUp ? { madeUp } : {}) });
    await stores.engine.readHealth();
  };
  return { hear, memory, texts: () => ui.toasts.map(({ text }) => text) };
}

describe('missed backups', () => {
  it('are told in one sentence, and what is done about them', async () => {
    const { hear, texts } = world();
    await hear(undefined);
    assert.equal(texts().length, 0);
    await hear({ runs: 3, machines: 2 });
    await hear({ runs: 3, machines: 2 });
    assert.deepEqual(texts(), [
      '3 scheduled backups were missed while nothing ran. 2 machines are backed up now, each once.',
    ]);
  });

  it('are told by one window alone, and again when there are more', async () => {
    const { hear, memory } = world();
    await hear({ runs: 3, machines: 2 });
    const next = world(memory);
    await next.hear({ runs: 3, machines: 2 });
    assert.equal(next.texts().length, 0);
    await next.hear({ runs: 4, machines: 3 });
    await next.hear({ runs: 1, machines: 1 }, NOON + 1);
    const one = 'A scheduled backup was missed while nothing ran. The machine is backed up now, once.';
    assert.deepEqual(next.texts(), [one, one]);
  });

  it('are not told to somebody who wants failures only', async () => {
    const { hear, texts } = world(new ShortMemory(), 'failures');
    await hear({ runs: 3, machines: 2 });
    assert.equal(texts().length, 0);
  });
});
