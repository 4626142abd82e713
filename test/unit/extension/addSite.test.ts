import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSite } from '../../../src/extension/wizards/addSite';
import { extensionWorld } from '../../support/extensionWorld';
import { machine } from '../../support/fakeConnection';
import { type Line, ScriptedUi } from '../../support/scriptedUi';

describe('Add a site', () => {
  let disk: string;
  beforeEach(() => {
    disk = mkdtempSync(join(tmpdir(), 'site-'));
  });
  afterEach(() => rmSync(disk, { recursive: true }));

  /** The lines of the last list, once the script has been followed to its end. */
  async function shownAfter(folder: string, ...script: Line[]): Promise<Record<string, string | undefined>> {
    const { connection, stores } = extensionWorld();
    connection.folders.set('local', join(disk, 'sites/local'));
    for (const name of ['web-01', 'db-01']) {
      const [image] = machine(name).disks;
      connection.allMachines.push(machine(name, { disks: image ? [{ ...image, path: join(disk, name) }] : [] }));
    }
    const ui = new ScriptedUi(
      { asks: 'Name of the site', type: 'attic' },
      { asks: 'Folder of the site', type: folder },
      ...script,
    );
    await assert.rejects(addSite(stores, ui), { name: 'Cancelled' });
    ui.done();
    return Object.fromEntries(ui.shown.map(({ label, detail }) => [label, detail]));
  }

  const pair = { asks: 'Pair with which site', accept: true } as const;
  const stopAtPair = { asks: 'Pair with which site', cancel: true } as const;
  const stop = { asks: 'Check the site', cancel: true } as const;

  it('warns that a pair on one disk is lost with it, before it is chosen and in the summary', async () => {
    const offered = await shownAfter(join(disk, 'attic'), stopAtPair);
    assert.match(
      offered['This computer'] ?? '',
      /^\$\(warning\) Same physical disk as This computer: .*both copies\.$/,
    );
    const summary = await shownAfter(join(disk, 'attic'), pair, stop);
    assert.match(summary['Paired with: This computer'] ?? '', /Same physical disk as This computer/);
    assert.match(
      summary[`Folder: ${join(disk, 'attic')}`] ?? '',
      /Same physical disk as web-01 and 1 more: a disk failure loses both\.$/,
    );
  });

  it('warns of nothing for a folder on another disk', async () => {
    const offered = await shownAfter('/proc/attic', stopAtPair);
    assert.match(offered['This computer'] ?? '', /^Geo-redundant vaults of each/);
    const summary = await shownAfter('/proc/attic', pair, stop);
    assert.deepEqual(
      ['Folder: /proc/attic', 'Paired with: This computer'].map((label) => summary[label]),
      [undefined, undefined],
    );
  });
});
