import { formatDuration } from '../../src/domain/sizes';
import type { Texts } from './texts';

/** A duration (ms) in words; its units are symbols, and only what has no symbol is translated. */
export function duration(ms: number, texts: Texts<never>): string {
  return ms < 500 ? texts.of('duration.short', formatDuration(ms)) : formatDuration(ms);
}
