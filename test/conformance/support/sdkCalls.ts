import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export const VMS = "backupManagementType eq 'AzureIaasVM'";
export const FABRIC = 'Azure';
/** How often a poller of an SDK asks. */
export const POLL = { updateIntervalInMs: 50 };

export function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** The rows of all pages. */
export async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const rows: T[] = [];
  for await (const row of pages) rows.push(row);
  return rows;
}

/** The last part of a link of the answer, by which the SDKs ask for an operation. */
export async function operationOf(
  header: 'azure-asyncoperation' | 'location',
  send: (onResponse: (response: { headers: { get(name: string): string | undefined } }) => void) => Promise<unknown>,
): Promise<string> {
  let link: string | undefined;
  await send(({ headers }) => (link = headers.get(header)));
  assert.match(link ?? '', /^https:\/\/management\.azure\.com\/subscriptions\//);
  return new URL(link ?? '').pathname.split('/').at(-1) ?? '';
}
