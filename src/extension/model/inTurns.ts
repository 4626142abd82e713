import { setImmediate } from 'node:timers/promises';

const SLICE = 200;

/** Makes one thing of each input, in order. After every slice of a long list others get their turn, so that nothing stalls. */
export async function inTurns<I, O>(inputs: readonly I[], make: (input: I) => O): Promise<O[]> {
  const made: O[] = [];
  for (let at = 0; at < inputs.length; at += SLICE) {
    if (at > 0) await setImmediate();
    for (const input of inputs.slice(at, at + SLICE)) made.push(make(input));
  }
  return made;
}
