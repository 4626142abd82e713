import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseEndpoint } from '../../../src/protocol/engineEndpoint';
import { waitFor } from '../../support/waitFor';

/** The engine takes any date for its resources. */
const API_VERSION = '2024-07-01';

/** The running engine of a workbench's data folder, spoken to as any ARM client does. */
export class EngineOf {
  private constructor(
    /** The engine's data folder. */
    readonly folder: string,
    private readonly home: string,
  ) {}

  /** The engine below a home folder, once it runs. */
  static async below(home: string): Promise<EngineOf> {
    const folder = await waitFor(
      'the engine to run',
      () => {
        const files = readdirSync(home, { recursive: true, encoding: 'utf8' });
        const file = files.find((path) => path.endsWith('endpoint.json'));
        return file && dirname(join(home, file));
      },
      { withinMs: 60_000, everyMs: 250 },
    );
    return new EngineOf(folder, home);
  }

  /** Path of a resource type's name in a resource group. */
  path(group: string, type: string, name: string): string {
    return `/subscriptions/${this.endpoint.subscriptionId}/resourceGroups/${group}/providers/${type}/${name}`;
  }

  /** Makes a resource group. */
  async group(name: string, location = 'local'): Promise<void> {
    await this.put(`/subscriptions/${this.endpoint.subscriptionId}/resourceGroups/${name}`, { location });
  }

  /** Puts a resource; throws what the engine answers if it refuses. */
  async put(path: string, body: object): Promise<void> {
    await this.send('PUT', path, body);
  }

  /** @returns the engine's answer; throws it if it is a refusal */
  async get(path: string): Promise<string> {
    return this.send('GET', path);
  }

  private async send(method: 'GET' | 'PUT', path: string, body?: object): Promise<string> {
    const { socket, token } = this.endpoint;
    const sent = request({
      socketPath: socket,
      method,
      path: `${path}?api-version=${API_VERSION}`,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', host: 'localhost' },
    });
    sent.end(body && JSON.stringify(body));
    const response = await new Promise<IncomingMessage>((resolve, reject) =>
      sent.once('response', resolve).once('error', reject),
    );
    const answer = await text(response);
    assert.ok((response.statusCode ?? 500) < 300, `${path}: ${response.statusCode} ${answer}`);
    return answer;
  }

  private get endpoint() {
    const endpoint = parseEndpoint(readFileSync(join(this.folder, 'endpoint.json'), 'utf8'));
    assert.ok(endpoint, `no engine runs below ${this.home}`);
    return endpoint;
  }
}
