/** Text of the timeline of recovery points, for every page that shows one. */
export const timelineStrings = {
  'timeline.label': 'Recovery points over time',
  'timeline.hint': 'Left and right arrow keys move from point to point, Enter goes to what can be done with it.',
  'timeline.zoom': 'Show',
  'timeline.day': 'Day',
  'timeline.week': 'Week',
  'timeline.month': 'Month',
  'timeline.year': 'Year',
  'timeline.none': 'No point is selected.',
  'point.newData': '{0} new',
} as const;
