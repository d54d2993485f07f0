import type { Plot, PlotBroadcast } from './made-plot.ts';
import { PAYLOADS } from './payloads.ts';

const FROM = '2026-11-25T12:00:00Z';
const MINUTES = 24;

const payload = (number: number): string => PAYLOADS[number % PAYLOADS.length] ?? '';

/**
 * As many channels as payloads. Each shows another in its name, titles, categories, languages, emotes and the reason of its gap, and hears all of them
 * in its chat.
 */
const broadcastOf = (index: number): Omit<PlotBroadcast, 'stream' | 'channel'> => ({
  login: payload(index),
  name: payload(index + 1),
  from: FROM,
  minutes: MINUTES,
  titles: [payload(index), payload(index + 3), payload(index + 7)],
  categories: [payload(index + 2), payload(index + 5), payload(index + 11)],
  languages: [payload(index + 4), payload(index + 6)],
  viewers: 5_000 - index * 50,
  pace: 4,
  texts: PAYLOADS,
  emotes: [payload(index + 8), payload(index + 9), payload(index + 13)],
  gap: { from: 15, to: 18, reason: payload(index + 10) },
});

/** Channels of numeric ids, which have pages. */
const WITH_PAGES = 12;

/** Half an hour in which everybody writes such texts. */
export const HOSTILE: Plot = {
  seed: 11,
  people: Array.from({ length: 36 }, (_person, number) => ({
    id: `${6_000 + number}`,
    login: payload(number * 3),
    name: payload(number * 3 + 1),
  })),
  collectors: PAYLOADS,
  kinds: PAYLOADS,
  broadcasts: PAYLOADS.map((text, index) => {
    const hasPage = index % Math.floor(PAYLOADS.length / WITH_PAGES) === 0;
    const ids = hasPage
      ? { stream: `${42_000_000 + index}`, channel: `${71_000_000 + index}` }
      : { stream: text, channel: text };
    return { ...broadcastOf(index), ...ids };
  }),
};
