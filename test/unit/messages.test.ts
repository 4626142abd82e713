import assert from 'node:assert/strict';
import { newPolicyTemplate } from '../../src/domain/policyDefaults';
import { type JobSnapshot, jobProtocol } from '../../src/messages/job';
import { jobStrings } from '../../src/messages/jobStrings';
import { pageDataSchema, pageHtml } from '../../src/messages/page';
import { policyProtocol } from '../../src/messages/policy';
import { policyStrings } from '../../src/messages/policyStrings';
import { savedStateSchema } from '../../src/messages/protocol';
import { restoreStrings } from '../../src/messages/restoreStrings';
import { vaultProtocol } from '../../src/messages/vault';
import { vaultStrings } from '../../src/messages/vaultStrings';

const snapshot: JobSnapshot = {
  job: {
    id: '/vaults/v/backupJobs/1',
    name: '1',
    vaultId: '/vaults/v',
    operation: 'Backup',
    status: 'Failed',
    machineName: 'web-01',
    startTime: 1,
    endTime: 2,
    durationMs: 1,
    cancellable: false,
    tasks: [{ name: 'Take Snapshot', status: 'Failed', durationMs: 1 }],
    properties: { 'VM Name': 'web-01' },
    errors: [{ code: 400153, title: 'Agent', message: 'The agent is silent.', recommendations: [] }],
  },
  vaultName: 'v',
  now: 3,
  connection: { state: 'live' },
};

describe('the messages of the panels', () => {
  const policy = newPolicyTemplate({ time: '02:00', timeZone: 'UTC' });

  it('carry a whole snapshot unchanged', () => {
    const message = { type: 'snapshot', version: 1, key: { jobId: '1' }, data: snapshot };
    assert.deepEqual(jobProtocol.hostMessage.parse(message), message);
  });

  it('carry a whole policy unchanged, by day and by week', () => {
    const byDay = { by: 'day', dates: [1, 15], last: true };
    const draft = {
      name: 'P',
      policy: { ...policy, retention: { ...policy.retention, monthly: { on: byDay, count: 3 } } },
    };
    const message = {
      type: 'request',
      id: 7,
      request: { action: 'save', draft, agreed: { removed: 0, uncounted: 0 } },
    };
    assert.deepEqual(policyProtocol.pageMessage.parse(message), message);
  });

  it('read what a page kept also when it kept nothing of its own, which JSON leaves out', () => {
    const kept: unknown = JSON.parse(JSON.stringify({ key: { jobId: 'j' }, page: undefined }));
    assert.deepEqual(savedStateSchema.parse(kept).key, { jobId: 'j' });
  });

  it('carry replies and errors', () => {
    const replies = [
      { type: 'reply', id: 1, result: { outcome: 'done' } },
      { type: 'reply', id: 1, result: { outcome: 'problems', problems: [{ code: 'C', target: 't', message: 'm' }] } },
      { type: 'error', id: 1, error: { code: 'C', message: 'm', recommendation: 'r' } },
    ];
    for (const reply of replies) assert.deepEqual(policyProtocol.hostMessage.parse(reply), reply);
  });

  const wrong: [string, { safeParse(data: unknown): { success: boolean } }, unknown][] = [
    ['a snapshot without a version', jobProtocol.hostMessage, { type: 'snapshot', key: {}, data: snapshot }],
    ['a snapshot without its data', jobProtocol.hostMessage, { type: 'snapshot', version: 1, key: {} }],
    ['an unknown type', jobProtocol.hostMessage, { type: 'delta', version: 1 }],
    ['a text', jobProtocol.pageMessage, 'ready'],
    ['an unknown action', jobProtocol.pageMessage, { type: 'request', id: 1, request: { action: 'delete' } }],
    ['a request without an id', jobProtocol.pageMessage, { type: 'request', request: { action: 'cancel' } }],
    [
      'an unknown tile',
      vaultProtocol.pageMessage,
      { type: 'request', id: 1, request: { action: 'openTile', tile: 'x' } },
    ],
    [
      'a policy with an unknown day',
      policyProtocol.pageMessage,
      {
        type: 'request',
        id: 1,
        request: {
          action: 'save',
          agreed: { removed: 0, uncounted: 0 },
          draft: {
            name: 'P',
            policy: { ...policy, schedule: { frequency: 'Weekly', days: ['Sonntag'], time: '02:00' } },
          },
        },
      },
    ],
    [
      'a policy with a count that is no number',
      policyProtocol.pageMessage,
      {
        type: 'request',
        id: 1,
        request: {
          action: 'save',
          draft: { name: 'P', policy: { ...policy, instantRestoreDays: null } },
          agreed: { removed: 0, uncounted: 0 },
        },
      },
    ],
    [
      'an answer with no problem',
      policyProtocol.hostMessage,
      { type: 'reply', id: 1, result: { outcome: 'problems', problems: [] } },
    ],
  ];
  for (const [name, schema, message] of wrong) {
    it(`refuse ${name}`, () => assert.equal(schema.safeParse(message).success, false));
  }
});

describe('the HTML of a page', () => {
  const html = pageHtml({
    nonce: 'n0nce',
    scriptUri: 'https://host/job.js?a=1&b=2',
    title: '<Job> & "more"',
    panel: 'job',
    strings: { ...jobStrings, 'value.none': '</script><script>alert(1)</script>' },
    lang: 'zh-tw',
  });

  it('allows the one script and nothing else', () => {
    assert.match(html, /default-src 'none'; script-src 'nonce-n0nce'; style-src 'nonce-n0nce'/);
    assert.match(html, /<meta property="csp-nonce" content="n0nce">/);
    assert.match(html, /<script nonce="n0nce" src="https:\/\/host\/job\.js\?a=1&amp;b=2"><\/script>/);
    assert.doesNotMatch(html, /<[^>]+\s(style|on\w+)=/);
  });

  it('escapes text, and keeps data inert', () => {
    assert.match(html, /<title>&lt;Job&gt; &amp; &quot;more&quot;<\/title>/);
    assert.equal(html.match(/<script/g)?.length, 2);
    const json = /id="page-data">(.*)<\/script>/.exec(html)?.[1] ?? '';
    const data = pageDataSchema.parse(JSON.parse(json));
    assert.equal(data.strings['value.none'], '</script><script>alert(1)</script>');
    assert.equal(data.lang, 'zh-tw');
  });

  it('says what to do where scripts do not run', () => {
    assert.match(html, /<p>This page needs scripts, which did not start\. Close it and open/);
  });
});

describe('the texts of the panels', () => {
  for (const [panel, strings] of Object.entries({ jobStrings, policyStrings, restoreStrings, vaultStrings })) {
    it(`${panel} are plain sentences with placeholders counted from 0`, () => {
      for (const [key, text] of Object.entries(strings)) {
        assert.doesNotMatch(text, /[<>]|\s$|^\s/, key);
        const places = [...new Set(Array.from(text.matchAll(/\{(\d+)\}/g), ([, place]) => Number(place)))].toSorted(
          (a, b) => a - b,
        );
        assert.deepEqual(places, [...places.keys()], key);
      }
    });
  }
});
