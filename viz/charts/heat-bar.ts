/** The scale of a chart with `heat`, below it: on a phone, one beside it would take much of the width. The chart must have no axis below. */
export const heatBar = (more: Readonly<Record<string, unknown>>): Record<string, unknown> => ({
  orientation: 'h',
  yref: 'container',
  y: 0,
  yanchor: 'bottom',
  ...more,
});
