import assert from 'node:assert/strict';
import type { BackupPolicy } from '../../../src/domain/policy';
import { defaultPolicy, enhancedPolicy, newPolicyTemplate } from '../../../src/domain/policyDefaults';
import { policyProblems } from '../../../src/domain/policyRules';
import { timeZoneChoices } from '../../../src/domain/timeZones';
import { policyStrings } from '../../../src/messages/policyStrings';
import {
  type PolicyForm,
  pickedDays,
  TIMES,
  toCount,
  toForm,
  toPolicy,
  windowsOf,
  withInterval,
  withType,
} from '../../../webview/policy/formModel';
import { fieldOf, formProblems, foundProblems } from '../../../webview/policy/formProblems';
import { runRows } from '../../../webview/policy/runs';
import { policyFormSchema } from '../../../webview/policy/savedForm';
import { findZones, zoneNote } from '../../../webview/policy/zones';
import { Texts } from '../../../webview/ui/texts';

const texts = new Texts<keyof typeof policyStrings>(policyStrings);
const NOW = Date.UTC(2026, 10, 22, 18, 4);
const template = newPolicyTemplate({ time: '02:00', timeZone: 'Taipei Standard Time' });
const form = toForm({ name: 'DailyPolicy', policy: template });

const told = (changes: Partial<PolicyForm>) => formProblems({ ...form, ...changes }, ['DefaultPolicy'], texts);

describe('the policy form', () => {
  const weekly: BackupPolicy = {
    timeZone: 'UTC',
    schedule: { frequency: 'Weekly', days: ['Monday', 'Friday'], time: '23:30' },
    retention: {
      weekly: { days: ['Monday', 'Friday'], count: 12 },
      monthly: { on: { by: 'week', days: ['Friday'], weeks: ['Last'] }, count: 6 },
    },
    instantRestoreDays: 5,
  };
  const byDay: BackupPolicy = {
    ...template,
    retention: { ...template.retention, monthly: { on: { by: 'day', dates: [1, 15], last: true }, count: 3 } },
  };
  for (const [name, policy] of Object.entries({
    template,
    byDay,
    weekly,
    builtIn: defaultPolicy('23:00'),
    enhanced: { ...enhancedPolicy(), crashConsistentOnly: true },
  })) {
    it(`shows a policy and gives it back: ${name}`, () => {
      assert.deepEqual(toPolicy(toForm({ name: 'P', policy })), policy);
    });
  }

  it('offers only windows that an hourly schedule may have, and keeps the one it had as nearly as it may', () => {
    const hourly = toForm({ name: 'P', policy: enhancedPolicy() });
    assert.deepEqual(windowsOf(6), [6, 12, 18, 24]);
    assert.deepEqual(withInterval(hourly, 6), { intervalHours: 6, durationHours: 12 });
    assert.deepEqual(withInterval({ ...hourly, durationHours: 4 }, 8), { intervalHours: 8, durationHours: 8 });
    for (const intervalHours of [4, 6, 8, 12]) {
      for (const durationHours of windowsOf(intervalHours)) {
        assert.deepEqual(policyProblems(toPolicy({ ...hourly, intervalHours, durationHours })), []);
      }
    }
  });

  it('turns an Enhanced policy into a Standard one that is valid, also where it ran several times a day', () => {
    const hourly = toForm({ name: 'P', policy: enhancedPolicy() });
    const standard = { ...hourly, ...withType(hourly, 'V1') };
    assert.deepEqual(toPolicy(standard), {
      timeZone: 'UTC',
      schedule: { frequency: 'Daily', time: '08:00' },
      retention: { daily: { count: 30 } },
      instantRestoreDays: 2,
    });
    const onWeekdays = { ...hourly, frequency: 'Weekly', weekly: { ...hourly.weekly, on: true } } as const;
    assert.equal(toPolicy({ ...onWeekdays, instantRestoreDays: '12' }).instantRestoreDays, 12);
    assert.equal(
      toPolicy({ ...onWeekdays, ...withType(onWeekdays, 'V1'), instantRestoreDays: '12' }).instantRestoreDays,
      5,
    );
  });

  it('names the limits of the sub-type', () => {
    const enhanced = toForm({ name: 'Hourly', policy: enhancedPolicy() });
    const [problem] = formProblems({ ...enhanced, instantRestoreDays: '31' }, [], texts);
    assert.equal(problem?.message, 'Enter a whole number of days from 1 to 30.');
  });

  it('starts with all four ranges on, and with no problem', () => {
    assert.deepEqual(
      [form.daily.count, form.weekly.count, form.monthly.count, form.yearly.count],
      ['180', '104', '60', '10'],
    );
    assert.ok(form.weekly.on && form.monthly.on && form.yearly.on);
    assert.deepEqual(formProblems(form, ['Other'], texts), []);
  });

  it('turns into a valid weekly policy whatever was chosen before, and back without loss', () => {
    const asWeekly: PolicyForm = {
      ...form,
      frequency: 'Weekly',
      scheduleDays: ['Tuesday'],
      monthly: { ...form.monthly, pick: { ...form.monthly.pick, by: 'day' } },
    };
    assert.deepEqual(policyProblems(toPolicy(asWeekly)), []);
    assert.deepEqual(toPolicy({ ...asWeekly, frequency: 'Daily', monthly: form.monthly }), template);
  });

  it('keeps the chosen days that are scheduled, and none where none was chosen', () => {
    const asWeekly: PolicyForm = { ...form, frequency: 'Weekly', scheduleDays: ['Friday', 'Monday'] };
    const pick = form.monthly.pick;
    assert.deepEqual(pickedDays(asWeekly, { ...pick, days: ['Monday', 'Sunday'] }), ['Monday']);
    assert.deepEqual(pickedDays(asWeekly, { ...pick, days: ['Sunday'] }), ['Monday', 'Friday']);
    assert.deepEqual(pickedDays(asWeekly, { ...pick, days: [] }), []);
  });

  it('reads whole numbers only', () => {
    assert.equal(toCount(' 30 '), 30);
    for (const text of ['', '-1', '1.5', '1e3', 'x']) assert.ok(Number.isNaN(toCount(text)), text);
  });

  it('offers every half-hour', () => {
    assert.equal(TIMES.length, 48);
    assert.deepEqual([TIMES[0], TIMES[1], TIMES[47]], ['00:00', '00:30', '23:30']);
  });

  it('is kept and read back unchanged; what another version kept is not', () => {
    assert.deepEqual(policyFormSchema.parse(structuredClone(form)), form);
    assert.equal(policyFormSchema.safeParse({ ...form, time: 2 }).success, false);
  });
});

describe('the problems of the form', () => {
  it('are told at their fields, in the order of the form', () => {
    const problems = told({
      name: '1',
      instantRestoreDays: '',
      daily: { on: true, count: '6' },
      yearly: { ...form.yearly, months: [], count: '100' },
    });
    assert.deepEqual(problems, [
      { field: 'name', message: 'A policy name needs at least 3 characters.' },
      { field: 'retention.daily.count', message: 'Enter a whole number from 7 to 9999.' },
      { field: 'retention.yearly.months', message: 'Choose at least one month.' },
      { field: 'retention.yearly.count', message: 'Enter a whole number from 1 to 99.' },
      { field: 'instantRestoreDays', message: 'Enter a whole number of days from 1 to 5.' },
    ]);
  });

  it('know the names that are taken, without regard to case', () => {
    assert.deepEqual(told({ name: 'defaultpolicy' }), [
      { field: 'name', message: 'The vault already has a policy named "defaultpolicy".' },
    ]);
  });

  it('are told by the domain where the page has no words for them', () => {
    const [problem] = formProblems({ ...form, daily: { on: true, count: 'x' } }, [], new Texts({}));
    assert.deepEqual(problem, {
      field: 'retention.daily.count',
      message: 'Keep daily backup points for 7 to 9999 days.',
    });
  });

  it('of the service go to a field where one is named', () => {
    assert.equal(fieldOf('retention.weekly'), 'retention.weekly.days');
    assert.equal(fieldOf('properties.somewhere'), undefined);
    assert.deepEqual(
      foundProblems(
        [
          { code: 'A', target: 'timeZone', message: 'a' },
          { code: 'B', target: '', message: 'b' },
        ],
        template,
        texts,
      ),
      [
        { field: undefined, message: 'b' },
        { field: 'timeZone', message: 'a' },
      ],
    );
  });
});

describe('the time zones of the form', () => {
  const zones = timeZoneChoices();
  const found = (query: string) => findZones(zones, query).map(({ value }) => value);

  it('are found by Windows id, IANA name and city, without regard to case and accents', () => {
    assert.equal(found('taipei')[0], 'Taipei Standard Time');
    assert.ok(found('Asia/Taipei').includes('Taipei Standard Time'));
    assert.ok(found('São Paulo').includes('E. South America Standard Time'));
    assert.ok(found('europe standard').includes('W. Europe Standard Time'));
    assert.deepEqual(found('no such place'), []);
    assert.equal(found('').length, zones.length);
  });

  it('show the city that was looked for', () => {
    assert.match(findZones(zones, 'zurich')[0]?.detail ?? '', /^Europe\/Berlin · Zurich/);
  });

  it('say what a time means in UTC, and on the clock in summer', () => {
    assert.equal(
      zoneNote('Taipei Standard Time', '02:00', NOW, texts),
      '02:00 Taipei Standard Time = 18:00 UTC (the day before) all year',
    );
    assert.equal(
      zoneNote('w. europe standard time', '02:00', NOW, texts),
      '02:00 W. Europe Standard Time = 01:00 UTC all year; on the clock 03:00 in summer (backups do not follow daylight saving time)',
    );
    assert.equal(zoneNote('Nowhere', '02:00', NOW, texts), undefined);
  });
});

describe('the next runs of the form', () => {
  it('are five, on the clock of the time zone and in UTC', () => {
    const rows = runRows(template, NOW, 'en');
    assert.equal(rows.length, 5);
    assert.deepEqual(rows[0], { local: 'Tue, Nov 24, 02:00 GMT+8', utc: 'Nov 23, 18:00' });
  });

  it('show the later clock of summer', () => {
    const policy = { ...template, timeZone: 'W. Europe Standard Time' };
    assert.match(runRows(policy, Date.UTC(2026, 6, 1), 'en')[0]?.local ?? '', /03:00/);
  });

  it('are none while the schedule has no days or no known time zone', () => {
    assert.deepEqual(runRows({ ...template, timeZone: 'Nowhere' }, NOW, 'en'), []);
    const noDays = { frequency: 'Weekly', days: [], time: '02:00' } as const;
    assert.deepEqual(runRows({ ...template, schedule: noDays }, NOW, 'en'), []);
  });
});
