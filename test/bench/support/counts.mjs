import { parseArgs } from 'node:util';

/** Nobody waits for a benchmark of more. */
const MOST_DIGITS = 9;

/**
 * The options of a benchmark, which all are whole numbers.
 * @param defaults what each is where the command line does not say
 * @param least the smallest that one may be
 * @returns the numbers by name, or a sentence that says what is wrong
 */
export function readCounts(defaults, least = 1) {
  try {
    const options = Object.fromEntries(
      Object.entries(defaults).map(([name, value]) => [name, { type: 'string', default: String(value) }]),
    );
    const given = Object.entries(parseArgs({ options }).values);
    const wrong = given.find(
      ([, value]) => !/^\d+$/.test(value) || value.length > MOST_DIGITS || Number(value) < least,
    );
    if (wrong) return `--${wrong[0]} needs a whole number of at least ${least}.`;
    return Object.fromEntries(given.map(([name, value]) => [name, Number(value)]));
  } catch (error) {
    return error.message;
  }
}
