import assert from 'node:assert/strict';
import { type RestoreForm, sameRestoreForm } from '../../../src/messages/restore';
import { restoreStrings } from '../../../src/messages/restoreStrings';
import {
  checksSentence,
  fromInputTime,
  isChosen,
  isConfirmed,
  pointBefore,
  shownChecks,
  toInputTime,
  withDisk,
} from '../../../webview/restore/formModel';
import { Texts } from '../../../webview/ui/texts';

const texts = new Texts<keyof typeof restoreStrings>(restoreStrings);
const form: RestoreForm = {
  pointId: 'p',
  target: 'disks',
  folder: '/r',
  storageAccountId: '',
  name: 'web-01-restored',
  resourceGroup: 'rg',
  networkId: '',
  subnetId: '',
  typedName: '',
  rehydrationDays: '15',
  rehydrationPriority: 'Standard',
};
const disks = [{ name: 'os' }, { name: 'data', lun: 0 }, { name: 'logs', lun: 3 }];
const check = (id: string, kind: 'ok' | 'error' | 'off') => ({ id, kind, title: id, text: id, advice: 'Do it.' });

describe('the restore form of the page', () => {
  it('names the disks only while some are left out', () => {
    const less = withDisk(form, disks, 0, false);
    assert.deepEqual(less.luns, [3]);
    assert.deepEqual(
      disks.map((disk) => isChosen(less, disk)),
      [true, false, true],
    );
    assert.deepEqual(withDisk(less, disks, 3, false).luns, []);
    assert.deepEqual(withDisk(less, disks, 0, true), form);
  });

  it('takes checks of another form as being done again, but for what does not depend on it', () => {
    assert.deepEqual(shownChecks({}, form), { checks: [], ready: false, canCopy: false });
    const checked = { form, ready: true, canCopy: true, checks: [check('folder', 'ok'), check('duration', 'off')] };
    assert.equal(shownChecks({ checked }, { ...form }), checked);
    const shown = shownChecks({ checked }, { ...form, folder: '/other' });
    assert.deepEqual(
      shown.checks.map(({ kind }) => kind),
      ['running', 'off'],
    );
    assert.equal(shown.ready, false);
  });

  it('tells forms apart whatever the order of their members', () => {
    const { pointId, ...rest } = form;
    assert.ok(sameRestoreForm(form, { ...rest, pointId }));
    assert.ok(!sameRestoreForm(form, { ...form, luns: [] }));
    assert.ok(!sameRestoreForm(form, { ...form, folder: '/R' }));
  });

  it('says in one sentence what the checks have found', () => {
    const sentence = (...kinds: ('ok' | 'error')[]) =>
      checksSentence({ checks: kinds.map((kind) => check('c', kind)), ready: !kinds.includes('error') }, texts);
    assert.equal(sentence('ok'), 'Nothing stands in the way.');
    assert.equal(sentence('ok', 'error'), '1 problem stands in the way.');
    assert.equal(sentence('error', 'error'), '2 problems stand in the way.');
    assert.equal(checksSentence({ checks: [], ready: false }, texts), 'Checking…');
  });

  it('finds the newest point that is not younger than a minute', () => {
    const points = [{ time: Date.UTC(2026, 9, 12, 2, 0, 41) }, { time: Date.UTC(2026, 9, 11, 2) }];
    const minute = fromInputTime(toInputTime(points[0]?.time ?? 0)) ?? 0;
    assert.equal(pointBefore(points, minute), points[0]);
    assert.equal(pointBefore(points, minute - 60_000), points[1]);
    assert.equal(pointBefore(points, 0), undefined);
    assert.equal(fromInputTime(''), undefined);
    assert.match(toInputTime(points[0]?.time ?? 0), /^2026-10-1\dT\d\d:\d\d$/);
  });

  it('types times in the zone that they are shown in, also around a change of the clock', () => {
    for (const [moment, zone, text] of [
      [Date.UTC(2026, 9, 12, 18), 'Asia/Taipei', '2026-10-13T02:00'],
      [Date.UTC(2026, 9, 25, 0, 30), 'Europe/Berlin', '2026-10-25T02:30'],
      [Date.UTC(2026, 2, 29, 1, 30), 'Europe/Berlin', '2026-03-29T03:30'],
      [Date.UTC(2026, 9, 12, 18), 'UTC', '2026-10-12T18:00'],
    ] as const) {
      assert.equal(toInputTime(moment, zone), text);
      if (zone !== 'Europe/Berlin') assert.equal(fromInputTime(text, zone), moment + 59_999);
    }
    assert.equal(fromInputTime('2026-03-29T03:30', 'Europe/Berlin'), Date.UTC(2026, 2, 29, 1, 30) + 59_999);
  });

  it('wants the name of the machine before its disks are replaced', () => {
    assert.ok(isConfirmed(form, 'web-01'));
    assert.ok(!isConfirmed({ ...form, target: 'replaceDisks' }, 'web-01'));
    assert.ok(isConfirmed({ ...form, target: 'replaceDisks', typedName: 'WEB-01 ' }, 'web-01'));
  });
});
