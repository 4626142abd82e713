import { type Members, membersOf } from './json';

/**
 * What a client got from one answer and sends on as it is: access details, identities of the service. What the recording's
 * service said there is worth nothing to the engine, so the engine's own words take its place.
 */
export class HandedOn {
  readonly #known = new Map<string, Members>();

  /** Remembers the `properties` of an answer, as recorded and as the engine gave them. */
  learn(recorded: unknown, actual: unknown): void {
    const [from, to] = [membersOf(membersOf(recorded).properties), membersOf(membersOf(actual).properties)];
    if (Object.keys(from).length > 0 && Object.keys(to).length > 0) this.#known.set(JSON.stringify(from), to);
  }

  /** A request's body with every such part exchanged. */
  exchange(body: unknown): unknown {
    if (Array.isArray(body)) return body.map((element) => this.exchange(element));
    if (typeof body !== 'object' || body === null) return body;
    const known = this.#known.get(JSON.stringify(body));
    if (known !== undefined) return known;
    return Object.fromEntries(Object.entries(body).map(([key, member]) => [key, this.exchange(member)]));
  }
}
