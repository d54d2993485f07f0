import assert from 'node:assert/strict';
import type { Helix, StreamsQuery } from '../../../activities/twitch/helix.ts';
import { TwitchError } from '../../../activities/twitch/http.ts';
import { sweep } from '../../../activities/twitch/sweep.ts';
import type { Sweep, SweepOptions } from '../../../activities/twitch/sweep.ts';
import type { StreamExternal, StreamsPage } from '../../../activities/twitch/stream.external.ts';
import { streamPollSettings } from '../../../activities/twitch/stream-poll-settings.ts';
import { externalStream, streamsPage } from './external-stream.ts';

type SomeHelix = Pick<Helix, 'getStreams'>;

const settingsOf = (fields: object = {}) => streamPollSettings.parse({ top: 'all', ...fields });
const stream = (id: string): StreamExternal => externalStream({ id, user_id: `u${id}`, user_login: `login${id}` });
const page = (ids: string[], cursor?: string): StreamsPage => streamsPage(ids.map(stream), cursor);
const failure = (kind: TwitchError['kind'], status: number): TwitchError =>
  new TwitchError(`answered ${status}`, kind, { path: 'streams', status });

/** A Helix that returns these pages in order, and throws the errors among them. */
function helixOf(answers: (StreamsPage | TwitchError)[]): SomeHelix {
  const left = [...answers];
  return {
    getStreams: async () => {
      const answer = left.shift();
      assert.ok(answer, 'asked for a page after the last one');
      if (answer instanceof TwitchError) throw answer;
      return answer;
    },
  };
}

/** Sweeps. Returns the ids of the streams in order. */
async function idsOf(
  helix: SomeHelix,
  options: SweepOptions = {},
  settings = settingsOf(),
): Promise<[string[], Sweep]> {
  const ids: string[] = [];
  const swept = await sweep(helix, settings, {
    ...options,
    onStreams: async (streams) => void ids.push(...streams.map(({ id }) => id)),
  });
  return [ids, swept];
}

describe('sweep(helix, settings)', () => {
  it('follows the cursor to the last page', async () => {
    const [ids, swept] = await idsOf(helixOf([page(['1', '2'], 'a'), page(['3'])]));
    assert.deepEqual([ids, swept.pages, swept.stoppedBy], [['1', '2', '3'], 2, 'last page']);
  });

  it('ends on an empty page, even one with a cursor', async () => {
    const [, swept] = await idsOf(helixOf([page(['1'], 'a'), page([], 'b')]));
    assert.deepEqual([swept.pages, swept.stoppedBy], [2, 'empty page']);
  });

  it('ends on a repeated cursor', async () => {
    const [ids, swept] = await idsOf(helixOf([page(['1'], 'a'), page(['2'], 'b'), page(['3'], 'a')]));
    assert.deepEqual([ids, swept.stoppedBy], [['1', '2', '3'], 'repeated cursor']);
  });

  it('ends on pages without new streams, although their cursors differ', async () => {
    let asked = 0;
    const [ids, swept] = await idsOf({ getStreams: async () => page(['1', '2'], `cursor ${(asked += 1)}`) });
    assert.deepEqual([ids, swept.stoppedBy, asked], [['1', '2'], 'nothing new', 3]);
  });

  it('ends at the page budget', async () => {
    let asked = 0;
    const [, swept] = await idsOf(
      { getStreams: async () => page([String((asked += 1))], `c${asked}`) },
      { pageBudget: 2 },
    );
    assert.deepEqual([swept.pages, swept.stoppedBy], [2, 'page budget']);
  });

  it('reports a stream once if two pages show it', async () => {
    assert.deepEqual((await idsOf(helixOf([page(['1', '2'], 'a'), page(['2', '3'])])))[0], ['1', '2', '3']);
  });

  it('counts a channel with two stream ids once, with the larger number of viewers', async () => {
    const twice = [
      externalStream({ id: '1', user_id: '7001', viewer_count: 5 }),
      externalStream({ id: '2', user_id: '7001', viewer_count: 9 }),
    ];
    const [ids, { candidates }] = await idsOf(helixOf([streamsPage(twice)]));
    assert.deepEqual(ids, ['1', '2'], 'both are in the poll');
    assert.deepEqual(
      candidates.values().map(({ streamId, viewerCount }) => [streamId, viewerCount]),
      [['2', 9]],
    );
  });

  it('keeps live streams only', async () => {
    const [ids] = await idsOf(helixOf([streamsPage([stream('1'), { ...stream('2'), type: '' }])]));
    assert.deepEqual(ids, ['1']);
  });

  it('reads only the pages that the largest streams need', async () => {
    const ids = (from: number): string[] => Array.from({ length: 100 }, (_, index) => String(from + index));
    const [found, swept] = await idsOf(helixOf([page(ids(0), 'a'), page(ids(100), 'b')]), {}, settingsOf({ top: 150 }));
    assert.deepEqual([found.length, swept.stoppedBy], [150, 'enough streams']);
  });

  it('keeps the pages so far if a later one is refused or fails', async () => {
    for (const error of [failure('refused', 400), failure('unavailable', 503)]) {
      const [ids, swept] = await idsOf(helixOf([page(['1'], 'a'), error]));
      assert.deepEqual([ids, swept.stoppedBy], [['1'], 'failed']);
    }
  });

  it('throws if no page could be read, and if the token is refused', async () => {
    await assert.rejects(sweep(helixOf([failure('unavailable', 503)]), settingsOf()), /503/);
    await assert.rejects(sweep(helixOf([page(['1'], 'a'), failure('unauthorized', 401)]), settingsOf()), /401/);
  });

  describe('of the lists of the settings', () => {
    const logins = (count: number): string[] => Array.from({ length: count }, (_, index) => `login${index}`);

    /** A Helix that refuses a whole request for one login, as Twitch does for a login that no longer exists. */
    function strict(gone: string[], asked: StreamsQuery[] = []): SomeHelix {
      return {
        getStreams: async (query) => {
          asked.push(query);
          const wanted = query.userLogins ?? [];
          if (wanted.length > 100 || wanted.some((login) => gone.includes(login))) throw failure('refused', 400);
          return streamsPage(
            wanted.map((login) => externalStream({ id: `s-${login}`, user_id: `u-${login}`, user_login: login })),
          );
        },
      };
    }

    it('splits a list of 250 into parts of at most 100', async () => {
      const asked: StreamsQuery[] = [];
      const [ids] = await idsOf(strict([], asked), {}, settingsOf({ top: 0, channels: logins(250) }));
      assert.equal(ids.length, 250);
      assert.deepEqual(
        asked.map(({ userLogins = [] }) => userLogins.length),
        [100, 100, 50],
      );
    });

    it('reads listed streams in addition to those with the most viewers', async () => {
      const asked: StreamsQuery[] = [];
      await idsOf(strict([], asked), {}, settingsOf({ channels: ['a'], languages: ['ko'], games: ['5'] }));
      assert.deepEqual(asked, [{}, { userLogins: ['a'] }, { languages: ['ko'] }, { gameIds: ['5'] }]);
    });

    it('finds the entries that Helix refuses, and reads the others', async () => {
      const gone = ['login7', 'login99', 'login180'];
      const [ids, swept] = await idsOf(strict(gone), {}, settingsOf({ channels: logins(200) }));
      assert.equal(ids.length, 197);
      assert.deepEqual(
        swept.refused,
        gone.map((value) => ({ list: 'channels', value })),
      );
    });

    it('finds very many refused entries over several polls, and reads the other parts each time', async () => {
      const gone = logins(1_000).slice(0, 900);
      const asked: StreamsQuery[] = [];
      const [ids, swept] = await idsOf(strict(gone, asked), {}, settingsOf({ top: 0, channels: logins(1_000) }));
      assert.ok(asked.length < 300, `${asked.length} questions`);
      assert.ok(ids.length >= 100 && swept.refused.length >= 50, `${ids.length} ${swept.refused.length}`);
      assert.equal(swept.stoppedBy, 'failed', 'what is left was not asked for');
    });

    it('checks once whether the entries cause the refusals, before it searches for them', async () => {
      const asked: StreamsQuery[] = [];
      const refusing: SomeHelix = {
        getStreams: async (query) => (asked.push(query), Promise.reject(failure('refused', 400))),
      };
      await assert.rejects(sweep(refusing, settingsOf({ top: 0, channels: logins(1_000) })), /400/);
      assert.equal(asked.length, 2);
    });

    it('ignores excluded entries', async () => {
      const asked: StreamsQuery[] = [];
      const isLeftOut = ({ value }: { value: string }): boolean => value === 'login1';
      await idsOf(strict([], asked), { isLeftOut }, settingsOf({ top: 0, channels: logins(3) }));
      assert.deepEqual(asked, [{ userLogins: ['login0', 'login2'] }]);
    });

    it('reports no entry if Helix refuses every request', async () => {
      const refusing: SomeHelix = { getStreams: async () => Promise.reject(failure('refused', 400)) };
      await assert.rejects(sweep(refusing, settingsOf({ top: 0, channels: logins(3) })), /400/);
    });

    it('keeps the streams so far if a list can no longer be read', async () => {
      const helix: SomeHelix = {
        getStreams: async ({ languages }) => {
          if (languages !== undefined) throw failure('unavailable', 503);
          return page(['1']);
        },
      };
      const [ids, swept] = await idsOf(helix, {}, settingsOf({ languages: ['ko'] }));
      assert.deepEqual([ids, swept.stoppedBy], [['1'], 'failed']);
    });
  });
});
