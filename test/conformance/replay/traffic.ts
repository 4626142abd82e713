import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer, Call } from './replayEngine';

/** Writes requests and answers as files that `oav validate-traffic` reads: one pair each. */
export class TrafficWriter {
  #count = 0;

  constructor(
    /** Made if it is not there. */
    private readonly folder: string,
  ) {
    mkdirSync(folder, { recursive: true });
  }

  readonly write = (call: Call, answer: Answer): void => {
    const query = Object.entries(call.query).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
    const headers = { 'content-type': 'application/json' };
    const pair = {
      liveRequest: {
        headers,
        method: call.method,
        url: `https://management.azure.com${call.path}?${query.join('&')}`,
        body: call.body ?? undefined,
      },
      liveResponse: { statusCode: String(answer.status), headers: { ...answer.headers }, body: answer.body },
    };
    writeFileSync(join(this.folder, `${String(this.#count++).padStart(5, '0')}.json`), JSON.stringify(pair));
  };
}
