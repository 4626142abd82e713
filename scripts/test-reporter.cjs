const { writeFileSync } = require('node:fs');
const Mocha = require('mocha');

const { EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_TEST_PENDING, EVENT_RUN_END } = Mocha.Runner.constants;

/**
 * Mocha's spec report, and the result as JSON in the file that VMBACKUP_TEST_RESULT names: how many passed, and the full
 * titles of the others, with their errors. It is written after every test: `done` is missing if the process ends early.
 */
module.exports = class CountingSpec extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const file = process.env.VMBACKUP_TEST_RESULT;
    if (!file) return;
    const result = { passed: 0, pending: [], failures: [], done: false };
    const keep = (event, change) =>
      runner.on(event, (...args) => {
        change(...args);
        writeFileSync(file, JSON.stringify(result));
      });
    keep(EVENT_TEST_PASS, () => result.passed++);
    keep(EVENT_TEST_PENDING, (test) => result.pending.push(test.fullTitle()));
    keep(EVENT_TEST_FAIL, (test, error) => {
      result.failures.push({ title: test.fullTitle(), error: String(error?.stack ?? error?.message ?? error) });
    });
    keep(EVENT_RUN_END, () => {
      result.done = true;
    });
  }
};
