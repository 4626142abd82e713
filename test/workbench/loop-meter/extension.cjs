// Benchmarks only: tells who connects to its socket how long the event loop of this extension host was held up.
const { rmSync } = require('node:fs');
const { createServer } = require('node:net');
const { monitorEventLoopDelay } = require('node:perf_hooks');

const FINEST_MS = 1;

exports.activate = (context) => {
  const socket = process.env.VMBACKUP_LOOP_METER;
  if (!socket) return;
  const whole = monitorEventLoopDelay({ resolution: FINEST_MS });
  const step = monitorEventLoopDelay({ resolution: FINEST_MS });
  whole.enable();
  step.enable();
  const answers = {
    // What is measured begins now.
    begin: () => {
      whole.reset();
      step.reset();
      return '{}';
    },
    // What was measured since the step before.
    step: () => {
      const answer = figures(step);
      step.reset();
      return answer;
    },
    // What was measured since the beginning.
    whole: () => figures(whole),
  };
  rmSync(socket, { force: true }); // of the window before
  const server = createServer((connection) => {
    connection.on('error', () => {});
    connection.once('data', (asked) => connection.end(answers[String(asked).trim()]?.() ?? '{}'));
  }).listen(socket);
  context.subscriptions.push({ dispose: () => server.close() });
};

/** Delays in milliseconds. */
function figures(delays) {
  return JSON.stringify({ p99: delays.percentile(99) / 1e6, worst: delays.max / 1e6 });
}
