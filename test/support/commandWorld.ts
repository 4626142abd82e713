import { allCommands } from '../../src/extension/commands/allCommands';
import type { CommandId } from '../../src/extension/commands/ids';
import { LastPlaces } from '../../src/extension/model/lastPlaces';
import { ShortMemory } from '../../src/extension/model/memory';
import { Mutes } from '../../src/extension/model/mutes';
import { viewChoices } from '../../src/extension/model/viewChoices';
import { extensionWorld } from './extensionWorld';
import { FakeService } from './fakeService';
import { quietShell } from './quietShell';
import { type Line, ScriptedUi } from './scriptedUi';

/** The extension's commands on in-memory connections, with a person who answers by a script. `opened` is what was shown. */
export function commandWorld(...script: Line[]) {
  const all = extensionWorld();
  const ui = new ScriptedUi(...script);
  const opened: string[] = [];
  const handlers = allCommands({
    stores: all.stores,
    ui,
    shell: quietShell(opened),
    mutes: new Mutes(new ShortMemory(), all.clock),
    choices: viewChoices(new ShortMemory()),
    places: new LastPlaces(new ShortMemory()),
    service: new FakeService().open,
  });
  const run = (id: CommandId, ...args: unknown[]) => handlers[id].run(...args);
  return { ...all, ui, opened, run };
}
