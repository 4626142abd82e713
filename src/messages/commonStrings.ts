/** Text that every page uses. English defaults: the host translates the values and leaves the keys alone. */
export const commonStrings = {
  'page.fallback':
    'This page needs scripts, which did not start. Close it and open it again. The VM Backup views, and every command that opens no page, work without scripts.',
  'page.loading': 'Loading…',
  'page.unreadable': 'This page could not read what the extension sent. Close the page and open it again.',
  'duration.short': 'less than 1 s',
  'value.none': '–',
} as const;
