import type { PageStrings } from '../../src/messages/page';

/** The visible text of a page, by key. */
export class Texts<Key extends string> {
  constructor(private readonly strings: PageStrings) {}

  /** The text of a key with its placeholders filled. */
  readonly t = (key: Key, ...values: readonly (string | number)[]): string => fill(this.strings[key] ?? key, values);

  /** The text of a key that may not exist, for words made from data; `fallback` if it does not. */
  of(key: string, fallback: string, ...values: readonly (string | number)[]): string {
    const text = this.strings[key];
    return text === undefined ? fallback : fill(text, values);
  }
}

/** Replaces `{0}`, `{1}`… by `values`; a placeholder without a value stays as it is. */
export function fill(text: string, values: readonly (string | number)[]): string {
  return text.replaceAll(/\{(\d+)\}/g, (placeholder, index: string) => String(values[Number(index)] ?? placeholder));
}
