import assert from 'node:assert/strict';
import { LocalWorld } from './guide/localWorld';
import { GUIDE_ROWS } from './guide/rows';
import type { GuideWorld } from './guide/world';

/** Where the rows are walked; the rows themselves know nothing of it. */
const CONNECTIONS: readonly (readonly [name: string, open: () => Promise<GuideWorld>])[] = [
  ['this computer', () => LocalWorld.open()],
];

for (const [connection, open] of CONNECTIONS) {
  describe(`the guide, row by row, on ${connection}`, function () {
    this.timeout(240_000);
    this.bail(true);
    let world: GuideWorld;

    before(async () => {
      world = await open();
    });
    after(async () => {
      await world?.close();
    });
    afterEach(async function () {
      const { state, title } = this.currentTest ?? {};
      if (state === 'failed') await world.workbench.shot(`guide-failed-${title?.split(' ')[0]}`);
    });

    for (const { id, shows, walk } of GUIDE_ROWS) it(`${id} ${shows}`, () => walk(world));

    it('left this computer with no request and broke no content security policy', () => {
      assert.deepEqual(world.workbench.external, []);
      assert.deepEqual(world.workbench.violations, []);
    });
  });
}

describe('the table of the guide', () => {
  it('has each of the rows S1 to S21 once', () => {
    const ids = GUIDE_ROWS.map(({ id }) => id).toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
    assert.deepEqual(
      ids,
      Array.from({ length: 21 }, (_, i) => `S${i + 1}`),
    );
  });
});
