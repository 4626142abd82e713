import assert from 'node:assert/strict';
import type { BackupPolicy } from '../../../src/domain/policy';
import { PolicyPreview } from '../../../src/domain/policyPreview';
import { policyStrings } from '../../../src/messages/policyStrings';
import { estimateLines } from '../../../webview/policy/estimateView';
import { previewFacts } from '../../../webview/policy/previewModel';
import { Texts } from '../../../webview/ui/texts';

const policy: BackupPolicy = {
  timeZone: 'UTC',
  schedule: { frequency: 'Daily', time: '02:00' },
  retention: { daily: { count: 7 }, weekly: { days: ['Sunday'], count: 4 } },
  instantRestoreDays: 2,
};
const preview = new PolicyPreview(policy, Date.parse('2026-11-22T18:04Z'));

describe('the preview in the policy form', () => {
  it('lists the points of a date, newest first, with what keeps each and when it is deleted', () => {
    const { rows } = previewFacts(preview, '2026-12-09');
    assert.deepEqual(
      rows.map(({ time, because, deleted }) =>
        [
          new Date(time).toISOString().slice(0, 10),
          because.join('+'),
          new Date(deleted).toISOString().slice(0, 10),
        ].join(' '),
      ),
      [
        '2026-12-09 Daily 2026-12-16',
        '2026-12-08 Daily 2026-12-15',
        '2026-12-07 Daily 2026-12-14',
        '2026-12-06 Daily+Weekly 2027-01-03',
        '2026-12-05 Daily 2026-12-12',
        '2026-12-04 Daily 2026-12-11',
        '2026-12-03 Daily 2026-12-10',
        '2026-11-29 Weekly 2026-12-27',
      ],
    );
  });

  it('fills the dots of these points in the calendar of twelve months, and no others', () => {
    const { rows, months, dots } = previewFacts(preview, '2026-12-09');
    assert.deepEqual([months.length, months[0], months.at(-1)], [12, '2026-11', '2027-10']);
    assert.equal(Array.from(dots.values()).filter(({ kept }) => kept).length, rows.length);
    const shown = (date: string) => [dots.get(date)?.point.ruleName, dots.get(date)?.kept];
    assert.deepEqual(shown('2026-11-22'), [undefined, undefined]);
    assert.deepEqual(shown('2026-11-28'), ['Daily', false]);
    assert.deepEqual(shown('2026-11-29'), ['Weekly', true]);
    assert.deepEqual(shown('2026-12-10'), ['Daily', false]);
    assert.deepEqual(shown('2027-10-31'), ['Weekly', false]);
    assert.deepEqual(shown('2027-11-01'), [undefined, undefined]);
  });

  it('shows a date beyond the calendar too', () => {
    assert.equal(previewFacts(preview, '2028-01-01').rows.length, 10);
  });
});

describe('the estimate in the policy form', () => {
  const texts = new Texts<keyof typeof policyStrings>(policyStrings);
  const GB = 1024 ** 3;
  const growth = { known: 2, machines: 3, baseBytes: 8 * GB, bytesPerDay: GB / 2 };

  it('tells bytes, and costs by the prices that were given', () => {
    const context = { policy, points: 5, texts, lang: 'en' };
    const basis = 'From the backups of the last 30 days of 2 of 3 machines that use this policy: 512 MB new per day.';
    const bytes = 'About 10 GB: 8 GB for the first copy and 2 GB for what further points changed.';
    assert.deepEqual(estimateLines({ ...context, basis: { growth } }), [bytes, basis]);
    assert.deepEqual(estimateLines({ ...context, basis: { growth, prices: { perGB: 0.05, perInstance: 10 } } }), [
      bytes,
      'Storage costs about 0.50 a month at your price per GB.',
      'Protected machines cost about 20.00 a month at your price for each.',
      basis,
    ]);
    assert.deepEqual(estimateLines({ ...context, basis: { prices: { perGB: 1 } } }), []);
  });
});
