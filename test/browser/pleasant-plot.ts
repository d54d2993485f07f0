import type { Plot, PlotBroadcast } from './made-plot.ts';

/** The days of the pleasant site. */
export const DAYS = ['2026-11-24', '2026-11-25'] as const;

const TEXTS = [
  'what a good game',
  '오늘 게임 좋다 ㅋㅋㅋㅋ',
  'good morning chat',
  'ㅋㅋㅋㅋㅋ 대박',
  'that was a great jump',
  '안녕하세요 처음 왔어요',
  'the music is lovely today',
  '좋은 노래 감사합니다',
  'one more round please',
  'こんにちは',
  'привет всем',
  'what a play, what a finish',
];
const EMOTES = ['Kappa', 'LUL', 'PogChamp', 'BibleThump', 'HeyGuys'];

type Show = Omit<PlotBroadcast, 'stream' | 'from' | 'texts' | 'emotes'>;

/** Six channels. The first are the busiest. */
const SHOWS: readonly (Show & { hour: number })[] = [
  {
    ...{ channel: '70000001', login: 'haneul', name: '하늘', hour: 10, minutes: 170, viewers: 5200, pace: 5 },
    titles: ['오늘도 즐겁게', '신청곡 받아요'],
    categories: ['Just Chatting', 'Music'],
    languages: ['ko'],
    gap: { from: 75, to: 82, reason: 'socket closed' },
  },
  {
    ...{ channel: '70000002', login: 'chessroom', name: 'ChessRoom', hour: 11, minutes: 150, viewers: 2400, pace: 4 },
    titles: ['Blitz until I lose', 'Puzzles with chat'],
    categories: ['Chess'],
    languages: ['en'],
  },
  {
    ...{
      channel: '70000003',
      login: 'nightrunner',
      name: 'NightRunner',
      hour: 12,
      minutes: 110,
      viewers: 900,
      pace: 3,
    },
    titles: ['Any% attempts'],
    categories: ['Hollow Knight', 'Celeste'],
    languages: ['en'],
    gap: { from: 20, to: 24, reason: 'no pong' },
  },
  {
    ...{ channel: '70000004', login: 'bada_art', name: '바다', hour: 11, minutes: 60, viewers: 350, pace: 2 },
    titles: ['그림 그려요'],
    categories: ['Art'],
    languages: ['ko'],
  },
  {
    ...{ channel: '70000005', login: 'cocina', name: 'Cocina', hour: 10, minutes: 90, viewers: 180, pace: 1 },
    titles: ['Paella para todos'],
    categories: ['Food & Drink'],
    languages: ['es'],
  },
  {
    ...{
      channel: '70000006',
      login: 'quiet_garden',
      name: 'quiet_garden',
      hour: 12,
      minutes: 40,
      viewers: 12,
      pace: 1,
    },
    titles: ['Watering plants'],
    categories: ['Gardening'],
    languages: ['en'],
  },
];

/** Two ordinary days of six channels. The last two channels are live on the second day only. */
export const PLEASANT: Plot = {
  seed: 7,
  people: Array.from({ length: 36 }, (_person, number) => {
    const login = `viewer_${number + 1}`;
    return { id: `${5_000 + number}`, login, name: `Viewer_${number + 1}` };
  }),
  collectors: ['collector-1', 'collector-2'],
  broadcasts: DAYS.flatMap((day, ofDay) =>
    SHOWS.slice(0, ofDay === 0 ? 4 : 6).map(({ hour, ...show }, index) => ({
      ...show,
      stream: `${41_000_000 + ofDay * 100 + index}`,
      from: `${day}T${hour}:0${index}:00Z`,
      texts: TEXTS,
      emotes: EMOTES,
    })),
  ),
};
