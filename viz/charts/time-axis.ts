import type { Words } from '../words.ts';

/** The x axis of a chart over time. The page's script adds the name of the zone. */
export const timeAxis = (text: Words['text']): Record<string, unknown> => ({
  type: 'date',
  tickformat: text('chart.axisTicks'),
  hoverformat: text('chart.axisHover'),
});
