import type { DayData } from '../day-data.ts';
import { type Chart, groupBy, shortLabel } from './chart.ts';

const MINUTE_MS = 60_000;

/** Messages per minute, one stacked bar a channel; minutes without messages are gaps, not lines drawn across them. */
export function messagesChart(rows: DayData['messagesPerMinute']): Chart {
  const data = [...groupBy(rows, (row) => row.login)].map(([login, points]) => ({
    type: 'bar',
    name: login === null ? 'other channels' : shortLabel(login),
    x: points.map((point) => point.minute),
    y: points.map((point) => point.messages),
    width: MINUTE_MS * 0.9,
    hovertemplate: '%{y} messages<extra>%{fullData.name}</extra>',
  }));
  return {
    data,
    layout: {
      barmode: 'stack',
      hovermode: 'x unified',
      xaxis: { type: 'date' },
      yaxis: { title: { text: 'messages' }, rangemode: 'tozero' },
    },
  };
}
