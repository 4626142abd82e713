import assert from 'node:assert/strict';
import { blockAround, isNarrowed, keptListSchema, narrowed } from '../../../webview/jobsList/listModel';

describe('the page of the jobs list', () => {
  it('narrows by one part and lets everything through again when it is emptied', () => {
    const filter = narrowed({ status: 'Failed' }, 'machine', 'web-01');
    assert.deepEqual(filter, { status: 'Failed', machine: 'web-01' });
    assert.deepEqual(narrowed(filter, 'status', ''), { machine: 'web-01' });
    assert.equal(isNarrowed(narrowed({ text: 'a' }, 'text', '')), false);
  });

  it('asks for whole blocks of rows around what is in sight', () => {
    assert.deepEqual(blockAround({ from: 0, count: 20 }, 100), { from: 0, count: 100 });
    assert.deepEqual(blockAround({ from: 95, count: 20 }, 100), { from: 0, count: 200 });
    assert.deepEqual(blockAround({ from: 9988, count: 12 }, 100), { from: 9900, count: 100 });
    assert.deepEqual(blockAround({ from: 0, count: 0 }, 100), { from: 0, count: 100 });
  });

  it('keeps filter and order only where they have the right shape', () => {
    const kept = { filter: { hours: 24 }, sort: { column: 'machine', descending: true } };
    assert.deepEqual(keptListSchema.parse(kept), kept);
    assert.equal(keptListSchema.safeParse({ ...kept, sort: { column: 'size', descending: true } }).success, false);
  });
});
