import type { BroadcastData } from '../../../viz/broadcast/broadcast-data.ts';
import type { BroadcastSummary } from '../../../viz/broadcast/broadcast-summary.ts';
import type { Slot } from '../../../viz/charts/broadcast/timeline.ts';

const BEGAN = '2026-11-25T12:00:00Z';

/** A time of the broadcast. */
export const at = (seconds: number): string =>
  new Date(Date.parse(BEGAN) + seconds * 1000).toISOString().replace('.000', '');

/** Slots with these messages. */
export const slots = (messages: readonly (number | null)[], of: Partial<Slot> = {}): Slot[] =>
  messages.map((count, index) => ({
    at: at(index * 10),
    messages: count,
    viewers: index % 30 === 0 ? 1_000 : null,
    category: 'Chess',
    missing: count === null ? 'nobody had joined yet' : null,
    ...of,
  }));

/** An hour with 4 messages in ten seconds, 40 at 0:30:00 and 30 at 0:50:00. */
export const hour = slots(Array.from({ length: 360 }, (_, slot) => ({ 180: 40, 300: 30 })[slot] ?? 4));

const SUMMARY: BroadcastSummary = {
  streamId: '4001',
  channelId: '7',
  name: '하늘 (haneul)',
  login: 'haneul',
  title: 'Good evening',
  language: 'ko',
  peakViewers: 1_200,
  averageViewers: 1_000,
  medianViewers: 1_000,
  chatters: 321,
  messages: 1_502,
  beganAt: BEGAN,
  endedAt: at(3_600),
  lastPolledAt: at(3_300),
  isLive: false,
  hasRecords: true,
};

/** The data of the page of an hour. */
export const pageData = (
  summary: Partial<BroadcastSummary> = {},
  rows: Partial<BroadcastData['rows']> = {},
): BroadcastData => ({
  summary: { ...SUMMARY, ...summary },
  rows: {
    timeline: hour,
    words: [{ term: 'checkmate', messages: 50, share: 4.2 }],
    emotes: [{ term: 'PogChamp', messages: 20, share: 1.7 }],
    shows: [{ at: BEGAN, category: 'Chess', title: 'Good evening' }],
    events: [{ kind: 'raids', times: 2, from: BEGAN, to: at(3_600) }],
    gaps: [],
    moments: [
      { at: at(1_800), kind: 'word', term: 'checkmate' },
      { at: at(1_800), kind: 'emote', term: 'PogChamp' },
      { at: at(3_000), kind: 'word', term: 'goodbye' },
    ],
    ...rows,
  },
  vod: { id: '987', beganAt: at(5), durationSeconds: 3_590 },
});
