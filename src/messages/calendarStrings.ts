/** Text of the calendar, for every page that shows one. */
export const calendarStrings = {
  'calendar.month': 'Month',
  'calendar.year': 'Year',
  'calendar.previous': 'Previous month',
  'calendar.next': 'Next month',
} as const;
