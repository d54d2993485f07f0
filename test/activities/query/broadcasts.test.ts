import assert from 'node:assert/strict';
import { at, withViews } from './coverage-views.ts';
import type { ViewsOverTables } from './coverage-views.ts';

interface Poll {
  minute: number;
  stream?: string;
  channel?: string | null;
  login?: string | null;
  game?: string | null;
  title?: string | null;
  viewers?: number | null;
  language?: string | null;
  startedMinute?: number | null;
}

async function fill(views: ViewsOverTables, polls: Poll[]): Promise<void> {
  const text = (value: string | null): string => (value === null ? 'NULL' : `'${value}'`);
  for (const it of polls) {
    const {
      minute,
      stream = 's1',
      channel = '7001',
      login = 'haru',
      game = 'Chess',
      title = 'hi',
      viewers = 10,
      language = 'ko',
      startedMinute = 0,
    } = it;
    const started = startedMinute === null ? 'NULL' : at(startedMinute * 60_000);
    await views.run(
      `INSERT INTO streams VALUES (${at(minute * 60_000)}, '${stream}', ${text(channel)}, ${text(login)}, ${text(login)}, ${text(game)}, ${text(game)}, ${text(title)}, ${viewers ?? 'NULL'}, ${text(language)}, ${started})`,
    );
  }
}

const TIME = (column: string): string => `strftime(${column}, '%H:%M')`;

describe('broadcasts', () => {
  const ask = async (polls: Poll[], columns: string): Promise<unknown[][]> => {
    let rows: unknown[][] = [];
    await withViews(async (views) => {
      await fill(views, polls);
      rows = await views.run(`SELECT ${columns} FROM broadcasts ORDER BY stream_id`);
    });
    return rows;
  };

  it('have one row per stream, also across hours and days, and for two streams of a channel', async () => {
    const polls = [
      { minute: 5 },
      { minute: 130 },
      { minute: 1_500 },
      { minute: 1_600, stream: 's2', startedMinute: 1_590 },
    ];
    assert.deepEqual(
      await ask(polls, `stream_id, channel_id, polls, ${TIME('began_at')}, last_polled_at - first_polled_at`),
      [
        ['s1', '7001', '3', '12:00', { months: 0, days: 1, micros: '3300000000' }],
        ['s2', '7001', '1', '14:30', { months: 0, days: 0, micros: '0' }],
      ],
    );
  });

  it('begin when Twitch says, else with the first poll', async () => {
    assert.deepEqual(
      await ask(
        [
          { minute: 30, startedMinute: null },
          { minute: 40, startedMinute: 10 },
          { minute: 30, stream: 's2', startedMinute: null },
        ],
        TIME('began_at'),
      ),
      [['12:10'], ['12:30']],
    );
  });

  it('have the peak and the average of the polls that know the viewers', async () => {
    const polls = [10, null, 40].map((viewers, minute) => ({ minute, viewers }));
    assert.deepEqual(await ask(polls, 'peak_viewers, average_viewers'), [['40', 25]]);
    assert.deepEqual(await ask([{ minute: 1, viewers: null }], 'peak_viewers, average_viewers'), [[null, null]]);
  });

  it('have each category with the poll at which it began, also one that comes back', async () => {
    const polls = ['Chess', 'Chess', 'Go', null, 'Go', 'Chess'].map((game, minute) => ({ minute, game }));
    assert.deepEqual(await ask(polls, `[it.game_name || ' ' || ${TIME('it.began_at')} FOR it IN categories]`), [
      [['Chess 12:00', 'Go 12:02', 'Chess 12:05']],
    ]);
  });

  it('have each title in the same way', async () => {
    const polls = ['a', 'b', null, 'b'].map((title, minute) => ({ minute, title }));
    assert.deepEqual(await ask(polls, `[it.title || ' ' || ${TIME('it.began_at')} FOR it IN titles]`), [
      [['a 12:00', 'b 12:01']],
    ]);
  });

  it('have the last language, login and name that are known', async () => {
    const polls = [
      { minute: 0, language: 'en', login: 'old' },
      { minute: 1, language: 'ko', login: 'new' },
      { minute: 2, language: null, login: null },
    ];
    assert.deepEqual(await ask(polls, 'language, channel_login, channel_name'), [['ko', 'new', 'new']]);
  });

  it('have empty lists and nulls if nothing is known', async () => {
    const nothing = {
      game: null,
      title: null,
      viewers: null,
      language: null,
      startedMinute: null,
      login: null,
      channel: null,
    };
    assert.deepEqual(
      await ask([{ minute: 3, ...nothing }], `categories, titles, language, channel_id, ${TIME('began_at')}`),
      [[[], [], null, null, '12:03']],
    );
    assert.deepEqual(await ask([], '*'), []);
  });
});
