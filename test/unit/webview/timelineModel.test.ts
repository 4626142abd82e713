import assert from 'node:assert/strict';
import {
  fittingZoom,
  movedTo,
  timelineBars,
  timelineTicks,
  timeWindow,
  ZOOMS,
} from '../../../webview/ui/timelineModel';

const NOW = Date.UTC(2026, 10, 22, 12);
const DAY = 24 * 3600_000;
const daily = Array.from({ length: 400 }, (_, index) => ({
  id: `p${index}`,
  time: NOW - index * DAY,
  newBytes: index,
}));

describe('the timeline of recovery points', () => {
  it('shows up to now, and moves back for a selected point that is older', () => {
    for (const zoom of ZOOMS) {
      const now = timeWindow(zoom, NOW, undefined);
      assert.ok(now.from < NOW && NOW < now.until, zoom);
      const old = NOW - 500 * DAY;
      const moved = timeWindow(zoom, NOW, old);
      assert.ok(moved.from <= old && old <= moved.until, zoom);
      assert.equal(moved.until - moved.from, now.until - now.from);
    }
  });

  it('starts with the zoom that shows the newest points', () => {
    assert.equal(fittingZoom(daily, NOW), 'month');
    assert.equal(fittingZoom(daily.slice(0, 1), NOW), 'day');
    assert.equal(
      fittingZoom(
        daily.filter((_, index) => index % 30 === 0),
        NOW,
      ),
      'year',
    );
    assert.equal(fittingZoom([], NOW), 'day');
  });

  it('has a bar for each point as high as its new data, and one bar for points that would lie on each other', () => {
    const week = timelineBars(daily, timeWindow('week', NOW, undefined), 900, 6);
    assert.deepEqual(
      week.map(({ ids }) => ids),
      [['p0'], ['p1'], ['p2'], ['p3'], ['p4'], ['p5'], ['p6']],
    );
    assert.equal(week.at(-1)?.height, 1);
    const year = timelineBars(daily, timeWindow('year', NOW, undefined), 900, 6);
    assert.ok(year.length < 200);
    assert.ok(year.flatMap(({ ids }) => ids).length > 350);
  });

  it('shows a point without a known size as such, and marks what is held', () => {
    const points = [
      { id: 'a', time: NOW - 1, held: true },
      { id: 'b', time: NOW - DAY / 2, newBytes: 0 },
    ];
    const bars = timelineBars(points, timeWindow('day', NOW, undefined), 900, 6);
    assert.deepEqual(
      bars.map(({ known, held, height }) => [known, held, height > 0]),
      [
        [false, true, true],
        [true, false, true],
      ],
    );
  });

  it('names moments inside the window only', () => {
    for (const zoom of ZOOMS) {
      const window = timeWindow(zoom, NOW, undefined);
      assert.ok(timelineTicks(zoom, window).every((tick) => tick > window.from && tick < window.until));
    }
  });

  it('moves from point to point: left is older', () => {
    assert.equal(movedTo(daily, 'p3', 'ArrowLeft'), 'p4');
    assert.equal(movedTo(daily, 'p0', 'ArrowRight'), 'p0');
    assert.equal(movedTo(daily, 'p3', 'Home'), 'p399');
    assert.equal(movedTo(daily, 'p3', 'PageUp'), 'p0');
    assert.equal(movedTo(daily, 'p3', 'a'), undefined);
    assert.equal(movedTo([], undefined, 'End'), undefined);
  });
});
