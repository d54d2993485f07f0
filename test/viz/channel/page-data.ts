import type { ChannelData } from '../../../viz/channel/channel-data.ts';
import type { ChannelFigures } from '../../../viz/channel/channel-figures.ts';

export const figures = (of: Partial<ChannelFigures> = {}): ChannelFigures => ({
  period: 'all',
  name: '하늘 (haneul)',
  title: 'Good evening',
  isLive: true,
  messages: 12_000,
  botMessages: 300,
  chatters: 400,
  peakViewers: 1_200,
  averageViewers: 800,
  hoursLive: 61.5,
  newestMessageAt: '2026-11-25T15:55:02Z',
  hasLast: true,
  ...of,
});

const hour = (index: number): string => new Date(Date.UTC(2026, 10, 25, index)).toISOString().replace('.000', '');

/** The data of a page with three hours of one day. */
export const pageData = (rows: Partial<ChannelData['rows']> = {}, data: Partial<ChannelData> = {}): ChannelData => ({
  channelId: '7',
  figures: [
    figures(),
    figures({ period: 'this', messages: 3_000, chatters: 100, hoursLive: 10, averageViewers: 800 }),
    figures({ period: 'last', messages: 2_000, chatters: 200, hoursLive: 0, averageViewers: 800 }),
  ],
  rows: {
    activity: [12, 13, 14].map((index) => ({
      at: hour(index),
      messages: 100 * index,
      viewers: index === 13 ? null : 800,
      category: index < 14 ? 'Chess' : 'Just Chatting',
      lengthMs: 3_600_000,
    })),
    // A Wednesday in Seoul until 15:00 UTC.
    week: [
      { at: hour(12), messages: 1_200, minutesLive: 60 },
      { at: hour(13), messages: 900, minutesLive: 30 },
      { at: hour(16), messages: 400, minutesLive: 10 },
    ],
    loyalty: [
      { day: '2026-11-25', fresh: 40, returning: null, regulars: 7, allFresh: 40, allReturning: 60, allRegulars: null },
    ],
    heard: [
      { state: 'live', from: hour(12), to: hour(16) },
      { state: 'listened', from: hour(12), to: hour(15) },
      { state: 'missing', from: hour(15), to: hour(16) },
    ],
    channelCategories: [{ category: null, share: 25, peak: null, average: null, messages: 10 }],
    channelWords: [{ term: 'hello', messages: 50, share: 4.2, now: 20, before: 10 }],
    channelEmotes: [{ term: 'PogChamp', messages: 20, share: 1.7, now: 20, before: null }],
    happenings: [
      {
        day: '2026-11-25',
        subscriptions: 5,
        gifts: 3,
        raids: 1,
        raidViewers: 250,
        deletions: 11,
        timeouts: 2,
        bans: 1,
        clears: 0,
      },
      {
        day: '2026-11-24',
        subscriptions: 2,
        gifts: 0,
        raids: 0,
        raidViewers: 0,
        deletions: 1,
        timeouts: 0,
        bans: 0,
        clears: 4,
      },
    ],
    channelGaps: [{ from: hour(15), to: hour(16), reason: 'the collector stopped reporting', isFilled: false }],
    channelBroadcasts: [
      {
        streamId: '4001',
        channel: '7',
        name: '하늘 (haneul)',
        beganAt: hour(12),
        endedAt: hour(16),
        isLive: true,
        title: 'Good evening',
        category: 'Chess',
        viewers: 900,
        messages: 2_500,
      },
    ],
    ...rows,
  },
  ...data,
});
