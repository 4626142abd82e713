import type { Log } from '../../src/extension/model/log';
import { Services } from '../../src/extension/services';
import { FakeConnection } from './fakeConnection';
import { ManualClock } from './manualClock';

/** The extension's stores on an in-memory connection and a clock that stands still. */
export function extensionWorld() {
  const connection = new FakeConnection();
  const clock = new ManualClock();
  const log = new RecordingLog();
  const services = new Services({ open: connection.open, log, clock, random: () => 1 });
  return { connection, clock, log, services, stores: services.stores };
}

export class RecordingLog implements Log {
  readonly lines: string[] = [];
  debug(message: string): void {
    this.lines.push(message);
  }
  info(message: string): void {
    this.lines.push(message);
  }
  warn(message: string): void {
    this.lines.push(message);
  }
  error(message: string): void {
    this.lines.push(message);
  }
}
