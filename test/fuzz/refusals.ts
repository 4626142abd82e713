import { readFileSync } from 'node:fs';

const HEADING = '### Answered with `501 NotImplemented`';

/** What the engine says that it does not support: the list in LIMITATIONS.md, each entry the beginning of a feature's words. */
export function listedRefusals(): string[] {
  const [, section = ''] = readFileSync('LIMITATIONS.md', 'utf8').split(`${HEADING}\n`);
  const [list = ''] = section.split(/^#/m);
  return list.split('\n').flatMap((line) => (line.startsWith('- ') ? [line.slice(2).replace(/ …$/, ' ')] : []));
}

/** True if LIMITATIONS.md lists what the message of a refusal is about. */
export function isListed(message: string, refusals: readonly string[]): boolean {
  const feature = message.replace(/^The local engine does not support /, '').replace(/\.$/s, '');
  return refusals.some((listed) => (listed.endsWith(' ') ? feature.startsWith(listed) : feature === listed));
}
