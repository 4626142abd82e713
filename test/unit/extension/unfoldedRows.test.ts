import { strict as assert } from 'node:assert';
import { Signal } from '../../../src/extension/model/life';
import { groupRow, type Row } from '../../../src/extension/model/row';
import { UnfoldedRows } from '../../../src/extension/tree/unfoldedRows';

function row(label: string): { element: Row } {
  return { element: groupRow({ key: 'k', group: label, label, count: 1, expanded: false }) };
}

function fakeView() {
  const [expanded, collapsed] = [new Signal<{ element: Row }>(), new Signal<{ element: Row }>()];
  const visibility = new Signal<{ visible: boolean }>();
  return {
    visible: true,
    onDidExpandElement: expanded.on,
    onDidCollapseElement: collapsed.on,
    onDidChangeVisibility: visibility.on,
    expand: (label: string) => expanded.fire(row(label)),
    collapse: (label: string) => collapsed.fire(row(label)),
    show(visible: boolean) {
      this.visible = visible;
      visibility.fire({ visible });
    },
  };
}

describe('unfolded rows of a view', () => {
  it('have something going while they are unfolded and the view is shown', () => {
    const going = new Set<string>();
    const view = fakeView();
    const rows = new UnfoldedRows(view, ({ label }) => {
      going.add(label);
      return { dispose: () => void going.delete(label) };
    });
    view.expand('a');
    view.expand('b');
    assert.deepEqual(Array.from(going), ['a', 'b']);
    view.collapse('a');
    assert.deepEqual(Array.from(going), ['b']);
    view.show(false);
    view.expand('c');
    assert.deepEqual(Array.from(going), []);
    view.show(true);
    assert.deepEqual(Array.from(going), ['b', 'c']);
    rows.dispose();
    assert.deepEqual(Array.from(going), []);
    view.expand('d');
    assert.deepEqual(Array.from(going), []);
  });
});
