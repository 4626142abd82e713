import assert from 'node:assert/strict';
import { Bandwidth } from '../../../src/engine/store/bandwidth';
import { FakeClock } from '../../support/engineWorld';

/** Lets everything go on that waits for nothing but its turn. */
async function turns(): Promise<void> {
  for (let n = 0; n < 20; n++) await Promise.resolve();
}

describe('the limit of bandwidth', () => {
  const never = new AbortController().signal;

  /** A limit of 1000 bytes a second at first. */
  function limited() {
    const clock = new FakeClock();
    const choice = { limit: 1_000 };
    const bandwidth = new Bandwidth(clock, () => choice.limit);
    const ended: string[] = [];
    const spend = (name: string, bytes: number, signal = never) =>
      bandwidth.spend(bytes, signal).then(() => ended.push(name));
    const pass = async (ms: number) => {
      for (let left = ms; left > 0; left -= 100) {
        clock.advance(Math.min(100, left));
        await turns();
      }
    };
    return { choice, ended, spend, pass };
  }

  it('holds back whoever moved data, for as long as those bytes take', async () => {
    const { ended, spend, pass } = limited();
    void spend('a', 2_500);
    await pass(2_400);
    assert.deepEqual(ended, []);
    await pass(200);
    assert.deepEqual(ended, ['a']);
  });

  it('is one for all: those who come later wait for those before', async () => {
    const { ended, spend, pass } = limited();
    void spend('a', 1_000);
    void spend('b', 1_000);
    await pass(1_100);
    assert.deepEqual(ended, ['a']);
    await pass(800);
    assert.deepEqual(ended, ['a']);
    await pass(200);
    assert.deepEqual(ended, ['a', 'b']);
  });

  it('does not save up what nobody used', async () => {
    const { ended, spend, pass } = limited();
    await pass(60_000);
    void spend('a', 1_000);
    await pass(900);
    assert.deepEqual(ended, []);
    await pass(200);
    assert.deepEqual(ended, ['a']);
  });

  it('holds nobody back without a limit, and lets those go who wait when there is none any more', async () => {
    const { choice, ended, spend, pass } = limited();
    void spend('a', 1_000_000);
    choice.limit = 0;
    void spend('b', 1_000_000);
    await turns();
    assert.deepEqual(ended, ['b']);
    await pass(1_000);
    assert.deepEqual(ended, ['b', 'a']);
  });

  it('is in force within a second when it changes', async () => {
    const { choice, ended, spend, pass } = limited();
    void spend('a', 10_000);
    await pass(1_000);
    choice.limit = 100_000;
    await pass(1_100);
    assert.deepEqual(ended, ['a']);
  });

  it('ends with what it waits for', async () => {
    const { ended, spend } = limited();
    const controller = new AbortController();
    void spend('a', 1_000_000, controller.signal);
    void spend('late', 1_000_000, AbortSignal.abort());
    await turns();
    assert.deepEqual(ended, ['late']);
    controller.abort();
    await turns();
    assert.deepEqual(ended, ['late', 'a']);
  });
});
