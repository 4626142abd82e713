import assert from 'node:assert/strict';
import type { Row } from '../../../src/extension/model/row';
import { ShownRows } from '../../../src/extension/tree/shownRows';

interface Content {
  readonly label?: string;
  readonly tooltip?: string;
  readonly below?: Tree;
}
type Tree = Readonly<Record<string, Content>>;

function rowsOf(tree: Tree): Row[] {
  return Object.entries(tree).map(([id, { label = id, tooltip, below }]) => ({
    id,
    label,
    tokens: [],
    children: below ? 'expanded' : 'none',
    spoken: label,
    target: { kind: 'group', group: id },
    ...(tooltip === undefined ? {} : { tooltip: () => tooltip }),
  }));
}

function treeBelow(tree: Tree, wanted: string): Tree {
  for (const [id, { below = {} }] of Object.entries(tree)) {
    if (id === wanted) return below;
    const found = treeBelow(below, wanted);
    if (Object.keys(found).length > 0) return found;
  }
  return {};
}

/** A view of which everything is unfolded. */
async function unfolded(before: Tree) {
  let tree = before;
  const shown = new ShownRows({
    roots: async () => rowsOf(tree),
    children: async ({ id }) => rowsOf(treeBelow(tree, id)),
    onDidChange: () => ({ dispose: () => undefined }),
  });
  const known = new Map<string, Row>();
  const read = async (row?: Row) => {
    for (const one of await shown.read(row)) {
      known.set(one.id, one);
      if (one.children !== 'none') await read(one);
    }
  };
  await read();
  const change = async (after: Tree) => {
    tree = after;
    const changes = await shown.changes();
    if (changes === 'all') return changes;
    for (const row of changes) assert.equal(row, known.get(row.id), 'VS Code knows rows by their object');
    return changes.map(({ id }) => id);
  };
  return { shown, known, read, change };
}

const GROUPS: Tree = {
  bare: { below: { web: {}, db: {} } },
  safe: { label: 'safe 1', below: { mail: { label: 'mail, 1 point', tooltip: 'Daily', below: { points: {} } } } },
};

describe('rows that are shown', () => {
  it('are not read again while they are what the model has', async () => {
    const { change } = await unfolded(GROUPS);
    assert.deepEqual(await change({ ...GROUPS }), []);
  });

  it('are read again where one says something else, and say it', async () => {
    const { change, shown, known } = await unfolded(GROUPS);
    const mail = { label: 'mail, 2 points', below: { points: {} } };
    assert.deepEqual(await change({ ...GROUPS, safe: { label: 'safe 1', below: { mail } } }), ['mail']);
    const row = known.get('mail');
    assert.ok(row);
    assert.equal(shown.latest(row).label, 'mail, 2 points');
    assert.deepEqual(await change({ ...GROUPS, safe: { label: 'safe 1', below: { mail } } }), []);
  });

  it('are read again below the row where others stand now', async () => {
    const { change, read, known } = await unfolded(GROUPS);
    const after = { ...GROUPS, bare: { below: { db: {}, web: {}, app: {} } } };
    assert.deepEqual(await change(after), ['bare']);
    await read(known.get('bare'));
    assert.deepEqual(await change(after), []);
    assert.deepEqual(await change({ ...GROUPS, bare: { below: { db: { label: 'db, busy' }, web: {}, app: {} } } }), [
      'db',
    ]);
  });

  it('are read again below a row that says something else itself, once', async () => {
    const { change } = await unfolded(GROUPS);
    assert.deepEqual(await change({ ...GROUPS, safe: { label: 'safe 2', below: { mail: {}, web: {} } } }), ['safe']);
  });

  it('are all read again when others stand at the top', async () => {
    const { change, read } = await unfolded(GROUPS);
    const { bare = {} } = GROUPS;
    assert.equal(await change({ bare }), 'all');
    await read();
    assert.deepEqual(await change({ bare }), []);
  });

  it('are read again for a tooltip that was seen', async () => {
    const { change, shown, known } = await unfolded(GROUPS);
    const weekly = { label: 'mail, 1 point', tooltip: 'Weekly', below: { points: {} } };
    const after = { ...GROUPS, safe: { label: 'safe 1', below: { mail: weekly } } };
    assert.deepEqual(await change(after), []);
    const mail = known.get('mail');
    assert.ok(mail);
    assert.equal(shown.tooltip(mail), 'Weekly');
    assert.deepEqual(await change(GROUPS), ['mail']);
  });
});
