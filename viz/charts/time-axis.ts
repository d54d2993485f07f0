import type { Words } from '../words.ts';

/** The x axis of a chart over time. The page's script adds the name of the zone. */
export const timeAxis = (text: Words['text']): Record<string, unknown> => ({
  type: 'date',
  tickformat: text('chart.axisTicks'),
  // A chart of a few minutes has several ticks in each.
  tickformatstops: [{ dtickrange: [null, 59_999], value: text('chart.axisSeconds') }],
  hoverformat: text('chart.axisHover'),
});
