/** Text of recovery points as a timeline and as a table, for every page that shows them. */
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
  'points.label': 'Recovery points as a table. Use the arrow keys to move and Enter to select.',
  'column.time': 'Time',
  'column.kept': 'Kept because',
  'column.new': 'New data',
  'column.consistency': 'Consistency',
  'column.tier': 'Stored in',
} as const;
