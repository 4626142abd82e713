import assert from 'node:assert/strict';
import { GUIDE_ROWS } from './rows';
import type { GuideWorld } from './world';

/**
 * Walks the rows of the guide on one connection; a test has its row's id in its title.
 * @param more declares what is tested once the rows are done, in the same workbench
 */
export function walkGuide<World extends GuideWorld>(
  connection: string,
  open: () => Promise<World>,
  more?: (world: () => World) => void,
): void {
  describe(`the guide, row by row, on ${connection}`, function () {
    this.timeout(240_000);
    this.bail(true);
    let world: World | undefined;
    const opened = () => {
      assert.ok(world);
      return world;
    };

    before(async () => {
      world = await open();
    });
    after(async () => {
      await world?.close();
    });
    afterEach(async function () {
      const { state, title } = this.currentTest ?? {};
      if (state === 'failed') await world?.workbench.shot(`guide-failed-${title?.split(' ')[0]}`);
    });

    for (const { id, shows, walk } of GUIDE_ROWS) it(`${id} ${shows}`, () => walk(opened()));

    more?.(opened);

    it('left this computer with no request and broke no content security policy', () => {
      const { external, violations } = opened().workbench;
      assert.deepEqual(external, []);
      assert.deepEqual(violations, []);
    });
  });
}
