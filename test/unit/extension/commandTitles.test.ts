import { strict as assert } from 'node:assert';
import { commandTitles } from '../../../src/extension/model/commandTitles';

describe('titles of the commands', () => {
  it('are read from a manifest in English, and in another language, where VS Code puts the English beside each', () => {
    const commands = [
      { command: 'vmbackup.open', title: 'Open' },
      { command: 'vmbackup.restore', title: { value: '還原…', original: 'Restore…' } },
    ];
    assert.deepEqual(Array.from(commandTitles({ contributes: { commands } })), [
      ['vmbackup.open', 'Open'],
      ['vmbackup.restore', '還原'],
    ]);
    assert.equal(commandTitles({}).size, 0);
  });
});
