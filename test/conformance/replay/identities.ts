import { formatOf, isIdentity } from './formats';

/**
 * What the recording's service chose (subscription, operations, jobs, points…) and what the engine chose in its place.
 * Learnt from the answers, used in the next requests.
 */
export class Identities {
  readonly #known = new Map<string, string>();

  constructor(subscriptions: Iterable<string>, subscription: string) {
    for (const recorded of subscriptions) this.#known.set(recorded.toLowerCase(), subscription);
  }

  /** The engine's spelling of a recorded text: a word, an id or a URL. */
  translate(text: string): string {
    return text
      .split(/([/?&'"])/)
      .map((part) => this.#known.get(decoded(part).toLowerCase()) ?? part)
      .join('');
  }

  /** A value of a request, whatever it is, in the engine's words. */
  translateAll(value: unknown): unknown {
    if (typeof value === 'string') return this.translate(value);
    if (Array.isArray(value)) return value.map((element) => this.translateAll(element));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [this.translate(key), this.translateAll(member)]),
    );
  }

  /**
   * Whether a recorded text and the engine's mean the same. Ids in both are learnt on the way, at the first time; from
   * then on they must be the same ones. Resource ids are the same whatever their case.
   */
  match(recorded: string, actual: string): boolean {
    const parts = recorded.split('/');
    const actualParts = actual.split('/');
    if (parts.length !== actualParts.length) return false;
    return parts.every((part, i) => this.#matchPart(decoded(part), decoded(actualParts[i] ?? '')));
  }

  #matchPart(recorded: string, actual: string): boolean {
    const known = this.#known.get(recorded.toLowerCase());
    if (known !== undefined) return known.toLowerCase() === actual.toLowerCase();
    if (recorded.toLowerCase() === actual.toLowerCase()) return true;
    if (!isIdentity(recorded) || formatOf(recorded) !== formatOf(actual)) return false;
    this.#known.set(recorded.toLowerCase(), actual);
    return true;
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
