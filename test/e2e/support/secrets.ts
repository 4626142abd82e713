import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is never to be found anywhere, and what is only not to be found in a log. */
export interface Secrets {
  readonly tokens: readonly string[];
  readonly subscriptions: readonly string[];
}

/** Looks for secrets in every file below a folder. */
export function assertNoSecretBelow(folder: string, { tokens, subscriptions }: Secrets): void {
  assert.ok(tokens.length > 0, 'there was no token to be found');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name);
    assertNone(path, readFileSync(path, 'latin1'), name.endsWith('.log') ? [...tokens, ...subscriptions] : tokens);
  }
}

/** Looks for tokens in what pages have shown. */
export function assertNoTokenIn(texts: readonly string[], { tokens }: Secrets): void {
  for (const text of texts) assertNone('what a page showed', text, tokens);
}

function assertNone(where: string, text: string, secrets: readonly string[]): void {
  for (const secret of secrets) assert.ok(!text.includes(secret), `${secret} is in ${where}`);
}
