/** Text that every page uses. English defaults: the host translates the values and leaves the keys alone. */
export const commonStrings = {
  'page.fallback':
    'This page needs scripts, which did not start. Every action of this page is also a command: open the Command Palette and type "VM Backup".',
  'page.loading': 'Loading…',
  'page.unreadable': 'This page could not read what the extension sent. Close the page and open it again.',
  'duration.short': 'less than 1 s',
  'value.none': '–',
} as const;
