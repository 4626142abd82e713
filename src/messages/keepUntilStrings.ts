import { calendarStrings } from './calendarStrings';
import { commonStrings } from './commonStrings';

/** Text of the calendar of **Back up now**. English defaults: the host translates the values and leaves the keys alone. */
export const keepUntilStrings = {
  ...commonStrings,
  ...calendarStrings,
  title: 'Back up now',
  'header.one': '{0}: how long to keep the recovery point',
  'header.many': '{0} and {1} more: how long to keep the recovery points',
  'calendar.heading': 'Keep until',
  'calendar.hint': 'Arrow keys move by days and weeks, Page up and down by months, with Shift by years. Enter chooses.',
  chosen: 'Kept until the end of {0}, for {1} days.',
  'chosen.one': 'Kept until the end of {0}, for 1 day.',
  'action.backUp': 'Back up',
  'action.starting': 'Starting…',
  'action.cancel': 'Cancel',
} as const;
export type KeepUntilStringKey = keyof typeof keepUntilStrings;
