import assert from 'node:assert/strict';
import * as z from 'zod/mini';
import { jobProtocol } from '../../../src/messages/job';
import { panelProtocol } from '../../../src/messages/protocol';
import { HostBridge, RequestFailed } from '../../../webview/ui/bridge';
import { sparklinePoints } from '../../../webview/ui/sparkline';
import { fill, Texts } from '../../../webview/ui/texts';
import { TimeFormat } from '../../../webview/ui/time';

const protocol = panelProtocol({ snapshot: z.string(), request: z.string(), result: z.number() });

function opened(state?: unknown) {
  const host = { sent: [] as unknown[], state, shown: [] as string[], unreadable: 0 };
  const api = {
    postMessage: (message: unknown) => host.sent.push(message),
    getState: () => host.state,
    setState: (kept: unknown) => {
      host.state = kept;
    },
  };
  const bridge = new HostBridge(protocol, api, {
    snapshot: (data, _key, { timeZone }) => host.shown.push(timeZone === undefined ? data : `${data} in ${timeZone}`),
    unreadable: () => host.unreadable++,
  });
  const source = new EventTarget();
  bridge.start(source);
  const receive = (data: unknown) => source.dispatchEvent(new MessageEvent('message', { data }));
  return { host, bridge, receive };
}

const snapshot = (version: number, data: string, key = { jobId: '1' }) => ({ type: 'snapshot', version, key, data });

describe('the bridge to the host', () => {
  it('says that the page is ready', () => assert.deepEqual(opened().host.sent, [{ type: 'ready' }]));

  it('shows the highest version and drops older ones', () => {
    const { host, receive } = opened();
    for (const message of [snapshot(2, 'b'), snapshot(1, 'a'), snapshot(2, 'b again'), snapshot(3, 'c')])
      receive(message);
    assert.deepEqual(host.shown, ['b', 'c']);
  });

  it('says in which zone times are shown', () => {
    const { host, receive } = opened();
    receive({ ...snapshot(1, 'a'), timeZone: 'UTC' });
    receive(snapshot(2, 'b'));
    assert.deepEqual(host.shown, ['a in UTC', 'b']);
  });

  it('tells of broken messages, is deaf to those of others, and shows nothing of either', () => {
    const { host, receive } = opened();
    for (const message of [{ type: 'snapshot', version: 1 }, 'text', null]) receive(message);
    assert.deepEqual([host.shown, host.unreadable], [[], 1]);
  });

  it('says once for each thing shown that the page keeps something, also what it kept before a reload', () => {
    const { host, bridge, receive } = opened();
    const kept = () => host.sent.filter((message) => JSON.stringify(message) === '{"type":"kept"}').length;
    receive(snapshot(1, 'a'));
    assert.equal(kept(), 0);
    bridge.keep('typed');
    bridge.keep('typed more');
    receive(snapshot(2, 'b'));
    assert.equal(kept(), 1);
    receive(snapshot(3, 'c', { jobId: '2' }));
    assert.equal(kept(), 1);
    bridge.keep('typed');
    assert.equal(kept(), 2);
    const reloaded = opened(host.state);
    reloaded.receive(snapshot(1, 'c', { jobId: '2' }));
    assert.deepEqual(reloaded.host.sent.at(-1), { type: 'kept' });
  });

  it('brings each answer to its own request', async () => {
    const { host, bridge, receive } = opened();
    const first = bridge.request('one');
    const second = bridge.request('two');
    const refused = assert.rejects(first, (error) => {
      assert.ok(error instanceof RequestFailed);
      assert.deepEqual([error.message, error.code, error.recommendation], ['No.', 'Refused', undefined]);
      return true;
    });
    assert.deepEqual(host.sent.slice(1), [
      { type: 'request', id: 1, request: 'one' },
      { type: 'request', id: 2, request: 'two' },
    ]);
    receive({ type: 'reply', id: 2, result: 22 });
    receive({ type: 'reply', id: 9, result: 99 });
    receive({ type: 'error', id: 1, error: { code: 'Refused', message: 'No.' } });
    assert.equal(await second, 22);
    await refused;
  });

  it('keeps the state of a page for the thing it shows, and the key for the host', () => {
    const { host, bridge, receive } = opened({ key: { jobId: '1' }, page: 'kept' });
    receive(snapshot(1, 'a'));
    assert.equal(bridge.pageState(), 'kept');
    bridge.keep('newer');
    assert.deepEqual(host.state, { key: { jobId: '1' }, page: 'newer' });
    receive(snapshot(2, 'other', { jobId: '2' }));
    assert.equal(bridge.pageState(), undefined);
    assert.deepEqual(host.state, { key: { jobId: '2' }, page: undefined });
  });

  it('knows the real messages of a panel', () => {
    assert.equal(jobProtocol.hostMessage.safeParse({ type: 'reply', id: 1, result: { accepted: true } }).success, true);
  });
});

describe('texts, times and lines', () => {
  it('fill their placeholders and leave the rest', () => {
    assert.equal(fill('{1} of {0}, {2}', ['a', 2]), '2 of a, {2}');
    assert.equal(new Texts<'k'>({}).t('k'), 'k');
    assert.equal(new Texts<'k'>({ k: 'v {0}' }).of('k', 'fallback', 1), 'v 1');
    assert.equal(new Texts<'k'>({}).of('k', 'fallback'), 'fallback');
  });

  it('show moments in their zone and language', () => {
    const times = new TimeFormat('en', 'Asia/Taipei');
    const at = Date.UTC(2026, 10, 22, 18, 4, 7);
    assert.equal(times.dateTime(at), 'Nov 23, 02:04');
    assert.equal(times.time(at), '02:04:07');
    assert.match(times.withZone(at), /Mon, Nov 23, 2026, 02:04 GMT\+8/);
    assert.equal(times.zoneName(at), 'GMT+8');
    assert.equal(times.fromNow(at, at + 3 * 3_600_000), '3h ago');
    assert.equal(times.fromNow(at, at - 5 * 60_000), 'in 5m');
    assert.equal(times.fromNow(at, at + 72 * 3_600_000), '3d ago');
  });

  it('show moments in another zone from then on', () => {
    const times = new TimeFormat('en', 'Asia/Taipei');
    const at = Date.UTC(2026, 10, 21, 18);
    assert.equal(times.dateTime(at), 'Nov 22, 02:00');
    times.showIn('UTC');
    assert.deepEqual([times.timeZone, times.dateTime(at), times.zoneName(at)], ['UTC', 'Nov 21, 18:00', 'UTC']);
  });

  it('draw a line from the values, from zero up', () => {
    assert.equal(sparklinePoints([1], 100, 10), '');
    assert.equal(sparklinePoints([0, 5, 10], 100, 10), '0,10 50,5 100,0');
    assert.equal(sparklinePoints([0, 0], 100, 10), '0,10 100,10');
  });
});
