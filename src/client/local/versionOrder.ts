/** True if version `a` is newer than `b`, by their numbers; builds with the same numbers count as equal. */
export function isNewer(a: string, b: string): boolean {
  const left = numbers(a);
  const right = numbers(b);
  for (const [index, number] of left.entries()) {
    const other = right[index] ?? 0;
    if (number !== other) return number > other;
  }
  return false;
}

function numbers(version: string): number[] {
  return [0, 1, 2].map((part) => Number.parseInt(version.split('.')[part] ?? '0', 10) || 0);
}
