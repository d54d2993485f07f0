import assert from 'node:assert/strict';
import { toPollRow } from '../../../activities/twitch/poll-row.ts';
import { streamsPageOf, toLiveStream } from '../../../activities/twitch/stream.external.ts';
import { externalStream } from './external-stream.ts';

const hundred = Array.from({ length: 100 }, (_, index) =>
  externalStream({ id: `s${index}`, user_id: `u${index}`, user_login: `login${index}` }),
);

/** Values that were seen, or could appear, in place of any field. */
const ODD_VALUES: unknown[] = [
  null,
  undefined,
  '',
  ' ',
  0,
  -1,
  1.5,
  1e300,
  3_000_000_000,
  true,
  [],
  {},
  [null, 1, {}],
  { a: { b: [] } },
  'x'.repeat(100_000),
  'half \ud83d',
  '\udc00',
  'a\u0000b',
  '__proto__',
  '1; DROP',
];

describe('streamsPageOf(body)', () => {
  it('reads streams and cursor', () => {
    const page = streamsPageOf({ data: hundred, pagination: { cursor: 'abc' } });
    assert.deepEqual([page?.streams.length, page?.unusable, page?.cursor], [100, 0, 'abc']);
  });

  for (const pagination of [undefined, null, {}, { cursor: null }, { cursor: '' }, { cursor: 7 }, [], 'x', 5]) {
    it(`reads ${JSON.stringify({ pagination })} as the last page`, () => {
      const page = streamsPageOf({ data: [], pagination });
      assert.deepEqual(page, { streams: [], unusable: 0, cursor: undefined });
    });
  }

  it('reads a null or missing list as one unusable entry', () => {
    for (const body of [{ data: null }, {}, { pagination: { cursor: 'abc' } }]) {
      const page = streamsPageOf(body);
      assert.deepEqual([page?.streams.length, page?.unusable], [0, 1]);
    }
  });

  it('is undefined for an error with any HTTP status', () => {
    for (const body of [{ error: 'Unauthorized', status: 401, message: 'Invalid' }, { message: 'x' }, { status: 503 }])
      assert.equal(streamsPageOf(body), undefined);
    assert.equal(streamsPageOf({ data: [externalStream()], message: 'x' })?.streams.length, 1);
  });

  it('is undefined for something that is not a page', () => {
    for (const body of [null, undefined, 'x', 3, [], { data: 'x' }, { data: {} }])
      assert.equal(streamsPageOf(body), undefined);
  });

  it('keeps the other 99 streams for any value in one field of one stream', () => {
    const [odd, ...others] = hundred;
    assert.ok(odd);
    for (const field of Object.keys(odd)) {
      for (const value of ODD_VALUES) {
        const page = streamsPageOf({ data: [...others, { ...odd, [field]: value }] });
        assert.ok(page);
        const ids = new Set(page.streams.map(({ id }) => id));
        assert.ok(
          others.every(({ id }) => ids.has(id)),
          `${field}: ${String(value).slice(0, 20)}`,
        );
        assert.equal(page.streams.length + page.unusable, 100);
        for (const stream of page.streams) {
          toLiveStream(stream);
          toPollRow(stream);
        }
      }
    }
  });

  it('keeps a stream with id, user and type only', () => {
    const page = streamsPageOf({ data: [{ id: '1', user_id: '2', type: 'live' }] });
    assert.deepEqual(page?.streams.map(toLiveStream), [
      {
        streamId: '1',
        channelId: '2',
        channelLogin: null,
        viewerCount: null,
        language: null,
        gameId: null,
        category: null,
      },
    ]);
  });

  it('drops entries that are not streams, and counts them', () => {
    const page = streamsPageOf({
      data: [null, 'x', [], {}, { id: '1' }, { id: '', user_id: '2', type: 'live' }, ...hundred],
    });
    assert.deepEqual([page?.streams.length, page?.unusable], [100, 6]);
  });
});

describe('toLiveStream(external)', () => {
  for (const login of ['', null, 'two words', 'zz\r\nPRIVMSG #victim :spam', '한글', 'a'.repeat(26), '#a', 'a,b']) {
    it(`has no login for ${JSON.stringify(login)}, which is invalid`, () => {
      assert.equal(toLiveStream(externalStream({ user_login: login })).channelLogin, null);
    });
  }

  it('converts a login to lower case', () => {
    assert.equal(toLiveStream(externalStream({ user_login: 'HaNeul' })).channelLogin, 'haneul');
  });

  for (const count of [null, -1, 1.5, 1e300, 3_000_000_000, 100_000_001, '7', [], undefined]) {
    it(`has no viewers for ${JSON.stringify(count)}`, () => {
      assert.equal(toLiveStream(externalStream({ viewer_count: count })).viewerCount, null);
    });
  }
});

describe('toPollRow(stream)', () => {
  it('converts the documented fields, and keeps all fields in raw', () => {
    const stream = externalStream({ new_field: { a: 1 } });
    const { raw, ...row } = toPollRow(stream);
    const known: Record<string, unknown> = { ...stream };
    delete known['new_field'];
    assert.deepEqual(row, known);
    assert.deepEqual(JSON.parse(raw ?? ''), stream);
  });

  it('has null for null, missing, empty, negative and wrongly typed fields, and keeps them in raw', () => {
    const odd = {
      title: null,
      viewer_count: -1,
      tags: 'x',
      is_mature: 'no',
      game_name: '',
      language: 7,
      started_at: [],
    };
    const row = toPollRow(externalStream(odd));
    for (const field of Object.keys(odd) as (keyof typeof odd)[]) assert.equal(row[field], null, field);
    assert.equal((JSON.parse(row.raw ?? '') as typeof odd).viewer_count, -1);
  });

  it('replaces lone surrogates by U+FFFD in fields, tags, names and raw', () => {
    const row = toPollRow(
      externalStream({ title: 'a\ud83d', tags: ['\udc00b'], 'x\ud83d': 'y\ud83d', text: '\\ud83d 😀' }),
    );
    assert.deepEqual([row.title, row.tags], ['a\ufffd', ['\ufffdb']]);
    const raw = JSON.parse(row.raw ?? '') as Record<string, unknown>;
    assert.equal(raw['title'], 'a\ufffd');
    assert.equal(raw['x\ufffd'], 'y\ufffd');
    assert.equal(raw['text'], '\\ud83d 😀');
    assert.ok(row.raw?.isWellFormed());
  });

  it('keeps a very long text in raw only', () => {
    const row = toPollRow(externalStream({ title: 'x'.repeat(1_000_000) }));
    assert.equal(row.title, null);
    assert.ok((row.raw?.length ?? 0) > 1_000_000);
  });

  it('has null for raw if a field is nested too deeply', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    const row = toPollRow(externalStream({ deep }));
    assert.deepEqual([row.id, row.raw], ['41', null]);
  });
});
