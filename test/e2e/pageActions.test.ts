import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { inBrowser } from './pages/inBrowser';
import { WIDE } from './pages/looks';
import { accessibilityProblems, focusedId, focusedName, screenshot, show } from './pages/openPage';
import { archivedRestore, replaceDisks, restore } from './pages/restoreSamples';
import {
  impact,
  jobRows,
  jobsList,
  keepUntil,
  machine,
  newPolicy,
  runningJob,
  usedPolicy,
  vault,
} from './pages/samples';

const ACCEPTED = { result: { accepted: true } };

describe('what the pages do in a browser', function () {
  this.timeout(60_000);
  const { open } = inBrowser();

  it('job: cancel, log and filter work by keyboard; the announcements tell phases and quarters only', async () => {
    const { page, requests, problems } = await open('job', { snapshot: runningJob, replies: { cancel: ACCEPTED } });
    const spoken = page.getByRole('status');
    assert.equal(await spoken.textContent(), '');
    await page.getByRole('button', { name: 'Cancel job' }).focus();
    await page.keyboard.press('Enter');
    assert.deepEqual(await requests(), [{ action: 'cancel' }]);

    await show(page, jobAt(49));
    assert.equal(await spoken.textContent(), '');
    await show(page, jobAt(50));
    assert.equal(await spoken.textContent(), '50 percent');
    await show(page, jobAt(99, 'Commit'));
    assert.equal(await spoken.textContent(), 'Phase: Commit');

    assert.equal(await page.locator('ol.log li').count(), 6);
    await page.getByLabel('Show', { exact: true }).selectOption('Errors only');
    assert.equal(await page.locator('ol.log li').count(), 1);
    assert.deepEqual(await page.evaluate(() => window.fakeHost.state), {
      key: { id: 'shown' },
      page: { filter: 'error' },
    });
    await page.getByRole('button', { name: 'View full log' }).click();
    assert.deepEqual((await requests()).at(-1), { action: 'openLog' });
    assert.deepEqual(await problems(), []);
  });

  it('job: the page ticks between snapshots and stands still when the connection is lost', async () => {
    const { page } = await open('job', { snapshot: runningJob }, { ...WIDE, clock: true });
    const elapsed = page.locator('dt', { hasText: 'Elapsed' }).locator('+ dd');
    await page.clock.runFor(60_000);
    await elapsed.filter({ hasText: /3 min 3\d s/ }).waitFor();
    await show(page, { ...runningJob, connection: { state: 'lost', reason: 'The engine does not answer.' } });
    await page.clock.runFor(60_000);
    assert.equal(await elapsed.textContent(), '2 min 30 s');
  });

  it('job: a refusal is told on top; a message of another shape is reported and changes nothing', async () => {
    const error = { code: 'X', message: 'The job has ended already.', recommendation: 'Refresh the jobs.' };
    const { page } = await open('job', { snapshot: runningJob, replies: { cancel: { error } } });
    await page.getByRole('button', { name: 'Cancel job' }).click();
    await page.getByRole('alert').getByText('The job has ended already. Refresh the jobs.').waitFor();
    await page.evaluate(() => window.fakeHost.post({ type: 'snapshot', version: 9, key: {}, data: { job: '<b>' } }));
    await page.getByRole('alert').getByText('could not read').waitFor();
    assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Backup of web-01');
  });

  it('policy: broken rules are shown at their fields and on top; save goes to the first', async () => {
    const { page, requests, problems } = await open('policy', { snapshot: newPolicy });
    assert.equal(await page.locator('.problem').count(), 0);
    const keeps = () => page.evaluate(() => window.fakeHost.kept);
    assert.equal(await keeps(), false);
    await page.getByLabel('Policy name').fill('defaultpolicy');
    assert.equal(await keeps(), true);
    await page.getByLabel('Days to keep daily points').fill('6');
    await page.getByLabel('Years to keep yearly points').fill('');
    assert.deepEqual(await page.locator('.problem').allTextContents(), [
      'The vault already has a policy named "defaultpolicy".',
      'Enter a whole number from 7 to 9999.',
      'Enter a whole number from 1 to 99.',
    ]);
    assert.equal(await page.getByLabel('Policy name').getAttribute('aria-invalid'), 'true');
    const summary = page.getByRole('region', { name: 'This policy cannot be saved yet' });
    assert.equal(await summary.getByRole('listitem').count(), 3);
    await screenshot(page, 'policy-problems-dark');
    assert.deepEqual(await accessibilityProblems(page), []);

    await page.getByRole('button', { name: 'Save policy' }).click();
    assert.equal(await focusedId(page), 'name');
    assert.deepEqual(await requests(), []);
    await summary.getByRole('button', { name: 'yearly' }).click();
    assert.equal(await focusedId(page), 'retention.yearly.count');
    assert.deepEqual(await problems(), []);
  });

  it('policy: a weekly schedule leaves only the choices it allows, and Enter saves the policy', async () => {
    const { page, requests, problems } = await open('policy', {
      snapshot: newPolicy,
      replies: { save: { result: { outcome: 'done' } } },
    });
    await page.getByLabel('Frequency').selectOption('Weekly');
    await page.getByRole('listbox', { name: 'Days of the week', exact: true }).getByText('Wed').click();
    await page.getByRole('listbox', { name: 'Days of the week', exact: true }).getByText('Sun').click();
    assert.equal(await page.getByLabel('Days to keep daily points').count(), 0);
    assert.equal(await page.getByRole('radio').count(), 0);
    await screenshot(page, 'policy-weekly-dark');
    assert.deepEqual(await accessibilityProblems(page), []);
    await page.getByLabel('Policy name').press('Enter');
    const onWednesday = { by: 'week', days: ['Wednesday'], weeks: ['First'] };
    assert.deepEqual(await requests(), [
      {
        action: 'save',
        agreed: { removed: 0, uncounted: 0 },
        draft: {
          name: 'DailyPolicy',
          policy: {
            timeZone: 'Taipei Standard Time',
            schedule: { frequency: 'Weekly', days: ['Wednesday'], time: '02:00' },
            retention: {
              weekly: { days: ['Wednesday'], count: 104 },
              monthly: { on: onWednesday, count: 60 },
              yearly: { months: ['January'], on: onWednesday, count: 10 },
            },
            instantRestoreDays: 5,
          },
        },
      },
    ]);
    assert.deepEqual(await problems(), []);
  });

  it('policy: an Enhanced policy runs several times a day, and is saved as it is shown', async () => {
    const { page, requests, problems } = await open('policy', {
      snapshot: newPolicy,
      replies: { save: { result: { outcome: 'done' } } },
    });
    assert.deepEqual(await page.getByLabel('Frequency').locator('option').allTextContents(), ['Daily', 'Weekly']);
    await page.getByLabel('Policy sub-type').selectOption('Enhanced');
    await page.getByLabel('Frequency').selectOption('Hourly');
    await page.getByLabel('First backup at').selectOption('08:00');
    await page.getByLabel('Every').selectOption('6 hours');
    await page.getByLabel('Window').selectOption('18 hours');
    await page.getByLabel('Keep snapshots for instant restore').fill('7');
    await page.getByText('Crash-consistent points only').click();
    await screenshot(page, 'policy-hourly-dark');
    assert.deepEqual(await accessibilityProblems(page), []);
    await page.getByRole('button', { name: 'Save policy' }).click();
    const sent = (await requests()).at(-1) as { draft?: { policy: { retention: unknown } } } | undefined;
    assert.ok(sent?.draft);
    const { retention: _asBefore, ...policy } = sent.draft.policy;
    assert.deepEqual(policy, {
      policyType: 'V2',
      crashConsistentOnly: true,
      timeZone: 'Taipei Standard Time',
      schedule: { frequency: 'Hourly', time: '08:00', intervalHours: 6, durationHours: 18 },
      instantRestoreDays: 7,
    });
    assert.deepEqual(await problems(), []);
  });

  it('policy: an edit that deletes points says so, and is saved only when that is ticked', async () => {
    const { page, requests, problems } = await open('policy', {
      snapshot: usedPolicy,
      replies: { preview: { result: impact }, save: { result: { outcome: 'done' } } },
    });
    await page.getByLabel('Days to keep daily points').fill('7');
    const box = page.getByRole('region', { name: 'Saving deletes 16 existing recovery points of 4 machines now' });
    await box.waitFor();
    assert.equal(await box.getByRole('listitem').count(), 4);
    const save = page.getByRole('button', { name: 'Save policy' });
    assert.equal(await save.isDisabled(), true);
    await box.scrollIntoViewIfNeeded();
    await screenshot(page, 'policy-impact-dark');
    await box.getByRole('checkbox').click();
    await save.click();
    const sent = (await requests()).at(-1);
    assert.deepEqual(sent, { ...(sent as object), action: 'save', agreed: { removed: 16, uncounted: 0 } });
    assert.deepEqual(await problems(), []);
  });

  it('policy: what saving deletes is counted while one waits, and said where it cannot be counted', async () => {
    const { page, problems } = await open('policy', { snapshot: usedPolicy });
    await page.getByLabel('Days to keep daily points').fill('7');
    await page.getByRole('status').filter({ hasText: 'Counting the recovery points that saving deletes…' }).waitFor();
    // The form as it was opened is counted too: only an answer to the newest question is shown.
    await page.waitForFunction(() =>
      JSON.stringify(window.fakeHost.sent.at(-1)?.request).includes('"daily":{"count":7}'),
    );
    await answerLast(page, { outcome: 'impact', impact: { removed: 0, uncounted: 2, machines: [] } });
    const box = page.getByRole('region', { name: 'Saving may delete existing recovery points now' });
    await box.getByText('The recovery points of 2 machines could not be counted: they may lose some.').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Save policy' }).isDisabled(), true);
    await box.scrollIntoViewIfNeeded();
    await screenshot(page, 'policy-uncounted-dark');
    await page.getByLabel('Days to keep daily points').fill('180');
    await box.waitFor({ state: 'detached' });
    assert.deepEqual(await problems(), []);
  });

  it('policy: the time zone is found by its city, by keyboard alone', async () => {
    const { page, problems } = await open('policy', { snapshot: newPolicy });
    const box = page.getByRole('combobox', { name: 'Time zone' });
    await box.fill('zurich');
    await page.getByRole('option', { name: 'W. Europe Standard Time' }).waitFor();
    await screenshot(page, 'policy-time-zone-dark');
    assert.deepEqual(await accessibilityProblems(page), []);
    await box.press('Enter');
    assert.equal(await box.inputValue(), 'W. Europe Standard Time');
    await page.getByText('02:00 W. Europe Standard Time = 01:00 UTC all year; on the clock 03:00 in summer').waitFor();
    await box.fill('no such place');
    await page.getByText('No time zone matches.').waitFor();
    await box.press('Escape');
    assert.equal(await box.inputValue(), 'W. Europe Standard Time');
    assert.deepEqual(await problems(), []);
  });

  it('policy: dates of the month are chosen with the arrow keys', async () => {
    const { page } = await open('policy', { snapshot: newPolicy });
    await page.getByLabel('Day of the month').first().check();
    const dates = page.getByRole('listbox', { name: 'Keep monthly points: Days of the month' });
    await dates.getByRole('option', { name: '1', exact: true }).focus();
    for (const key of ['ArrowRight', 'Space', 'End', 'Enter']) await page.keyboard.press(key);
    assert.deepEqual(await dates.locator('[aria-selected=true]').allTextContents(), ['1', '2', 'Last']);
    await screenshot(page, 'policy-dates-dark');
    assert.deepEqual(await accessibilityProblems(page), []);
  });

  it('policy: Tab reaches every control once and ends at Save and Cancel', async () => {
    const { page, requests } = await open('policy', {
      snapshot: newPolicy,
      replies: { cancel: { result: { outcome: 'done' } } },
    });
    const stops: string[] = [];
    for (let count = 0; count < 40 && stops.at(-1) !== 'Cancel'; count++) {
      await page.keyboard.press('Tab');
      stops.push(await focusedName(page));
    }
    assert.deepEqual(stops, [
      'name',
      'policyType',
      'frequency',
      'schedule.time',
      'timeZone-input',
      'retention.daily.count',
      'Keep weekly points',
      'retention.weekly.count',
      'Sun',
      'Keep monthly points',
      'retention.monthly.count',
      'monthly-basis',
      'First',
      'Sun',
      'Keep yearly points',
      'retention.yearly.count',
      'Jan',
      'yearly-basis',
      'First',
      'Sun',
      'instantRestoreDays',
      'time-machine',
      'Feb 23, 2027, 02:00DailyAug 22, 2027',
      'Save policy',
      'Cancel',
    ]);
    await page.keyboard.press('Enter');
    assert.deepEqual(await requests(), [{ action: 'cancel' }]);
  });

  it('policy: opened for its preview, the keyboard is on the slider over the dates', async () => {
    const { page } = await open('policy', { snapshot: usedPolicy });
    const message = { type: 'snapshot', version: 9, key: { id: 'shown' }, focus: 'time-machine', data: usedPolicy };
    await page.evaluate((given) => window.fakeHost.post(given), message);
    const slider = page.locator('#time-machine:focus');
    await slider.waitFor();
    const before = await slider.getAttribute('aria-valuetext');
    await page.keyboard.press('PageDown');
    assert.notEqual(await slider.getAttribute('aria-valuetext'), before);
  });

  it('policy: a draft outlives a reload of the window, and what the host refuses is shown at its field', async () => {
    const problem = { code: 'Refused', target: 'retention.weekly', message: 'The vault is immutable.' };
    const plan = { snapshot: newPolicy, replies: { save: { result: { outcome: 'problems', problems: [problem] } } } };
    const first = await open('policy', plan);
    await first.page.getByLabel('Policy name').fill('Half-written');
    await first.page.getByText('Keep monthly points').last().click();
    const savedState = await first.page.evaluate(() => window.fakeHost.state);

    const { page } = await open('policy', { ...plan, savedState });
    assert.equal(await page.getByLabel('Policy name').inputValue(), 'Half-written');
    assert.equal(await page.getByLabel('Months to keep monthly points').count(), 0);
    await page.getByRole('button', { name: 'Save policy' }).click();
    await page.locator('.problem', { hasText: 'The vault is immutable.' }).waitFor();
    assert.equal(await focusedName(page), 'Sun');

    const other = await open('policy', { ...plan, savedState, key: { id: 'another vault' } });
    assert.equal(await other.page.getByLabel('Policy name').inputValue(), 'DailyPolicy');
  });

  it('restore: the form is checked once it rests, and sent when nothing stands in the way, by keyboard', async () => {
    const done = { result: { outcome: 'done' } };
    const replies = { check: { result: { outcome: 'stays' } }, restore: done };
    const { page, requests, problems } = await open('restore', { snapshot: restore, replies });
    await page.getByRole('status').getByText('Nothing stands in the way.').waitFor();
    await page.getByRole('checkbox', { name: /^db-01-logs/ }).press('Space');
    await page.getByRole('radio', { name: 'Disks in a folder' }).press('ArrowDown');
    await page.getByLabel('Name of the new machine').fill('db-02');
    assert.equal(await page.getByRole('button', { name: 'Restore', exact: true }).isDisabled(), true);
    const form = { ...restore.draft, luns: [0], target: 'newMachine', name: 'db-02' };
    await page.waitForFunction(() => JSON.stringify(window.fakeHost.sent.at(-1)).includes('"name":"db-02"'));
    assert.deepEqual((await requests())[0], { action: 'check', form: restore.draft });
    assert.deepEqual((await requests()).at(-1), { action: 'check', form });
    await show(page, { ...restore, checked: { ...restore.checked, form } });
    await page.getByRole('button', { name: 'Restore', exact: true }).press('Enter');
    assert.deepEqual((await requests()).at(-1), { action: 'restore', form });
    assert.deepEqual(await problems(), []);
  });

  it('restore: a point that is opened from the archive asks at once how it is rehydrated, and another does not', async () => {
    const replies = { check: { result: { outcome: 'stays' } } };
    const key = { id: 'shown', pointId: 'p0' };
    const { page, requests } = await open('restore', { snapshot: archivedRestore, replies, key });
    const days = page.getByLabel('Days that it stays rehydrated');
    await page.waitForFunction(() => document.activeElement?.id === 'rehydrationDays');
    await days.fill('30');
    await page.getByLabel('Priority').selectOption('High');
    const form = { ...archivedRestore.draft, rehydrationDays: '30', rehydrationPriority: 'High' };
    await page.waitForFunction(() => JSON.stringify(window.fakeHost.sent.at(-1)).includes('"High"'));
    assert.deepEqual((await requests()).at(-1), { action: 'check', form });
    await page.getByLabel('Nearest before').fill('2020-01-01T00:00');
    await page.getByLabel('Nearest before').press('Tab');
    assert.equal(await days.count(), 0);
  });

  it('restore: disks are replaced only once the name is typed; the point is found by its time', async () => {
    const replies = { check: { result: { outcome: 'stays' } } };
    const checked = { ...replaceDisks.checked, ready: true };
    const { page } = await open('restore', { snapshot: { ...replaceDisks, checked }, replies });
    await screenshot(page, 'restore-replace-dark');
    assert.deepEqual(await accessibilityProblems(page), []);
    const button = page.getByRole('button', { name: 'Replace disks…' });
    assert.equal(await page.getByTitle('Type the name of the machine first.').count(), 1);
    assert.equal(await button.isDisabled(), true);
    const form = { ...replaceDisks.draft, typedName: 'db-01' };
    await page.getByLabel('Type db-01 to confirm').fill('db-01');
    await show(page, { ...replaceDisks, checked: { ...checked, form } });
    assert.equal(await button.isDisabled(), false);

    const [, , , before] = replaceDisks.points;
    const moment = new Date((before?.time ?? 0) + 8 * 3600_000).toISOString().slice(0, 16);
    await page.getByLabel('Nearest before').fill(moment);
    await page.getByLabel('Nearest before').press('Tab');
    const kept = await page.evaluate(() => window.fakeHost.state);
    const { luns: _ofTheOtherPoint, ...rest } = form;
    assert.deepEqual(kept, { key: { id: 'shown' }, page: { ...rest, pointId: before?.id } });
    await page.getByLabel('Nearest before').fill('2020-01-01T00:00');
    await page.getByLabel('Nearest before').press('Tab');
    await page.getByText('There is no recovery point that old; the oldest is selected.').waitFor();
  });

  it('vault: tiles, rows and buttons ask the host', async () => {
    const { page, requests, problems } = await open('vault', { snapshot: vault, replies: { openTile: ACCEPTED } });
    await page.getByText('26 days with a backup, 4 failed, 0 without').click();
    await page.getByText(/^failed: .*Nov.* – .*Nov/).waitFor();
    assert.deepEqual(await accessibilityProblems(page), []);
    await page.getByRole('button', { name: /^Not protected 2/ }).press('Enter');
    await page.getByRole('button', { name: 'Back up now: db-01' }).click();
    await page.getByRole('button', { name: 'Restore of web-01' }).press('Enter');
    await page.getByRole('button', { name: 'Enable backup' }).click();
    await page.getByRole('button', { name: /^db-01: last backup failed/ }).click();
    await page.getByLabel('Show').selectOption('All vaults');
    await page.getByRole('button', { name: 'Refresh' }).click();
    assert.deepEqual(await requests(), [
      { action: 'openTile', tile: 'notProtected' },
      { action: 'backupNow', itemId: 'db-01' },
      { action: 'openJob', jobId: 'j3' },
      { action: 'enableBackup' },
      { action: 'openAlert', alertId: 'db-01' },
      { action: 'openScope' },
      { action: 'refresh' },
    ]);
    await page.getByRole('button', { name: 'Refreshing' }).waitFor();
    assert.deepEqual(await problems(), []);
  });

  it('jobs list: of ten thousand rows only those in sight exist; keys move, Enter opens, scrolling asks for more', async () => {
    const { page, requests, problems } = await open('jobsList', {
      snapshot: jobsList,
      replies: { open: { result: { outcome: 'done' } } },
    });
    await page.waitForFunction(() => window.fakeHost.sent.at(-1)?.request?.action === 'rows');
    await answerLast(page, jobRows(100));
    const rows = page.locator('.grid-rows [role=row]');
    await page.getByRole('gridcell', { name: 'Failed' }).first().waitFor();
    assert.equal(await page.getByRole('grid').getAttribute('aria-rowcount'), '10001');
    assert.ok((await rows.count()) < 60);
    await rows.first().focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
    assert.deepEqual((await requests()).at(-1), { action: 'open', jobId: 'job-2' });

    await page.keyboard.press('End');
    await page.waitForFunction(() => {
      const last = window.fakeHost.sent.at(-1)?.request;
      return last?.['action'] === 'rows' && Number(last['from']) >= 9900;
    });
    await page.locator('[data-index="9999"]:focus').waitFor();
    assert.ok((await rows.count()) < 60);
    await answerLast(page, jobRows(100, 9900));
    await page.locator('[data-index="9999"]').getByText('office-vault').waitFor({ state: 'attached' });
    assert.deepEqual(await problems(), []);
  });

  it('jobs list: no column is cut, whatever the side bar leaves of the window', async () => {
    for (const width of [1280, 940, 915, 900, 640]) {
      const replies = { rows: { result: jobRows(100) } };
      const { page } = await open('jobsList', { snapshot: jobsList, replies }, { theme: 'dark', width });
      await page.locator('.grid-rows .at-duration').first().getByText('41 s').waitFor();
      const cut = await page.evaluate(() => {
        const edge = document.querySelector('.grid')?.getBoundingClientRect().right ?? 0;
        const cells = Array.from(document.querySelectorAll('.grid-cell'));
        return cells.filter((cell) => cell.getBoundingClientRect().right > edge).length;
      });
      assert.equal(cut, 0, `${width} px`);
    }
  });

  it('jobs list: filters and order are asked of the host, kept, and given up together', async () => {
    const { page, requests, problems } = await open('jobsList', {
      snapshot: { ...jobsList, filter: { status: 'InProgress' } },
      replies: {
        rows: { result: jobRows(100) },
        export: { result: { outcome: 'exported', path: '/home/anna/jobs.csv', rows: 3 } },
      },
    });
    const filters = page.getByRole('region', { name: 'Filter' });
    assert.equal(await filters.getByLabel('State').inputValue(), 'InProgress');
    await filters.getByLabel('State').selectOption('Failed');
    await filters.getByLabel('Started').selectOption('Last 24 hours');
    await page.getByRole('columnheader', { name: 'Machine' }).getByRole('button').click();
    await page.getByRole('columnheader', { name: 'Machine' }).getByRole('button').click();
    const wished = { filter: { status: 'Failed', hours: 24 }, sort: { column: 'machine', descending: true } };
    await page.waitForFunction(() => window.fakeHost.sent.at(-1)?.request?.['sort'] !== undefined);
    assert.deepEqual(await page.evaluate(() => window.fakeHost.state), { key: { id: 'shown' }, page: wished });
    assert.equal(await page.getByRole('columnheader', { name: 'Machine' }).getAttribute('aria-sort'), 'descending');
    await page.getByRole('button', { name: 'Export CSV…' }).click();
    assert.deepEqual((await requests()).at(-1), { action: 'export', ...wished });
    await page.getByText('Exported 3 jobs to /home/anna/jobs.csv.').waitFor();
    await page.getByRole('button', { name: 'Clear filter' }).click();
    assert.equal(await filters.getByLabel('State').inputValue(), '');
    assert.deepEqual(await problems(), []);
  });

  it('calendar: keys move over days, months and years inside the limits, Enter chooses, and the date is told in words', async () => {
    const { page, requests, problems } = await open('keepUntil', { snapshot: keepUntil });
    const words = page.getByRole('status');
    assert.equal(await words.textContent(), 'Kept until the end of Tuesday, December 22, 2026, for 30 days.');
    // Without a Tab: the keyboard begins with the suggested day.
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-date') === '2026-12-22');
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
      return page.evaluate(() => document.activeElement?.getAttribute('data-date'));
    };
    assert.equal(await press('ArrowRight', 'ArrowDown'), '2026-12-30');
    assert.equal(await press('End'), '2027-01-02');
    assert.equal(await press('PageDown', 'PageDown'), '2027-03-02');
    assert.equal(await press('ArrowLeft', 'Enter'), '2027-03-01');
    assert.equal(await words.textContent(), 'Kept until the end of Monday, March 1, 2027, for 99 days.');
    // Nothing before tomorrow and nothing beyond the rule.
    assert.equal(await press('Shift+PageUp', 'Enter'), '2026-11-23');
    assert.equal(await words.textContent(), 'Kept until the end of Monday, November 23, 2026, for 1 day.');
    await page.getByLabel('Year').selectOption('2125');
    assert.equal(await page.getByRole('button', { name: 'Next month' }).isDisabled(), true);
    await page.getByRole('gridcell', { name: 'Thursday, November 22, 2125' }).click();
    assert.match((await words.textContent()) ?? '', /November 22, 2125/);
    await page.getByRole('gridcell', { name: 'Wednesday, November 21, 2125' }).click();
    await page.getByRole('button', { name: 'Back up' }).click();
    assert.deepEqual(await requests(), [{ action: 'backUp', date: '2125-11-21' }]);
    assert.deepEqual(await problems(), []);
  });

  it('machine: the arrows walk the timeline, Enter goes to what can be done with the point, the table says the same', async () => {
    const { page, requests, problems } = await open('machine', { snapshot: machine, replies: { restore: ACCEPTED } });
    const line = page.getByRole('slider', { name: 'Recovery points over time' });
    assert.equal(await line.getAttribute('aria-valuemax'), '30');
    assert.match((await line.getAttribute('aria-valuetext')) ?? '', /Nov 2[23].*312 MB new · Daily, until/);
    await line.focus();
    await page.keyboard.press('ArrowLeft');
    assert.equal(await line.getAttribute('aria-valuenow'), '29');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    assert.deepEqual((await requests()).at(-1), { action: 'restore', pointId: 'p1' });
    await page.getByRole('button', { name: 'Keep until released…' }).click();
    assert.deepEqual((await requests()).at(-1), { action: 'hold', pointId: 'p1' });
    await page.getByRole('button', { name: 'Year', exact: true }).click();
    const state = await page.evaluate(() => window.fakeHost.state);
    assert.deepEqual(state, { key: { id: 'shown' }, page: { tab: 'points', zoom: 'year', selected: 'p1' } });
    await page.locator('[data-index="4"]').press('Enter');
    assert.equal(await line.getAttribute('aria-valuenow'), '26');
    assert.deepEqual(await problems(), []);
  });

  it('machine: its tabs are reached by arrows, and each button asks the host', async () => {
    const { page, requests, problems } = await open('machine', { snapshot: machine });
    await page.getByRole('tab', { name: 'Points' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('button', { name: 'Backup of db-01' }).click();
    await page.getByRole('button', { name: 'Show all 41 jobs of this machine' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('tab', { name: 'Jobs' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('button', { name: '/images/db-01.img' }).click();
    await page.getByRole('tab', { name: 'Settings' }).click();
    await screenshot(page, 'machine-settings-dark');
    assert.deepEqual(await accessibilityProblems(page), []);
    await page.getByRole('button', { name: 'home-vault' }).click();
    await page.getByRole('button', { name: 'Back up now' }).click();
    assert.deepEqual(await requests(), [
      { action: 'openJob', jobId: 'j2' },
      { action: 'allJobs' },
      { action: 'revealDisk', diskId: 'd0' },
      { action: 'openVault' },
      { action: 'backupNow' },
    ]);
    assert.deepEqual(await problems(), []);
  });
});

/** Answers the page's newest request. */
async function answerLast(page: Page, result: unknown): Promise<void> {
  await page.evaluate((given) => {
    const id = window.fakeHost.sent.at(-1)?.id;
    window.fakeHost.post({ type: 'reply', id, result: given });
  }, result);
}

function jobAt(progressPercent: number, phase = 'Read and store') {
  return {
    ...runningJob,
    job: { ...runningJob.job, progressPercent },
    statistics: { ...runningJob.statistics, phase },
  };
}
