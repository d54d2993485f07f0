import assert from 'node:assert/strict';
import { videosPageOf } from '../../../activities/twitch/video.external.ts';
import type { Video, VideosPage } from '../../../activities/twitch/video.external.ts';
import { externalVideo } from './external-video.ts';

const NOW_MS = Date.parse('2026-11-25T18:00:00Z');

const VIDEO: Video = {
  videoId: '2631274312',
  streamId: '317019385687',
  channelId: '7',
  channelLogin: 'haneul',
  beganAtMs: Date.parse('2026-11-25T12:00:04Z'),
  durationSeconds: 12_093,
  title: '<b>안녕</b>',
};

const pageOf = (body: unknown): VideosPage | undefined => videosPageOf(body, '7', NOW_MS);
const read = (fields: Record<string, unknown>): VideosPage | undefined =>
  pageOf({ data: [externalVideo(fields)], pagination: {} });
const one = (fields: Record<string, unknown>): Video | undefined => read(fields)?.videos[0];

/** Values that were seen, or could appear, in place of any field. */
const ODD_VALUES: unknown[] = [
  undefined,
  null,
  '',
  ' ',
  0,
  -1,
  1.5,
  1e300,
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
  "'; DROP TABLE videos",
  '../../etc',
  'https://example.test/',
  '9'.repeat(400),
];
/** Without one of them a video cannot be linked to, or belongs to nobody or nowhere. */
const NEEDED = ['id', 'user_id', 'created_at', 'type'];

describe('videosPageOf(body, channelId, nowMs)', () => {
  it('reads a recording', () => {
    assert.deepEqual(pageOf({ data: [externalVideo()], pagination: { cursor: 'abc' } }), {
      videos: [VIDEO],
      unusable: 0,
    });
  });

  for (const pagination of [undefined, null, {}, { cursor: null }, { cursor: 7 }, [], 'x'])
    it(`reads an answer with ${JSON.stringify({ pagination })}`, () =>
      assert.deepEqual(pageOf({ data: [], pagination }), { videos: [], unusable: 0 }));

  it('is undefined for what is no page', () => {
    for (const body of [
      null,
      'x',
      5,
      [],
      { data: {} },
      { data: 'x' },
      { error: 'Not Found', status: 404, message: '' },
    ])
      assert.equal(pageOf(body), undefined);
  });

  it('counts a null or missing list as one unusable entry', () => {
    for (const body of [{ data: null }, {}]) assert.deepEqual(pageOf(body), { videos: [], unusable: 1 });
  });

  for (const field of Object.keys(externalVideo()))
    it(`has the other videos, whatever stands in ${field} of one`, () => {
      for (const value of ODD_VALUES) {
        const data = [externalVideo({ id: '1' }), externalVideo({ [field]: value }), externalVideo({ id: '3' })];
        const page = pageOf({ data });
        const ids = page?.videos.map(({ videoId }) => videoId) ?? [];
        assert.deepEqual([ids[0], ids.at(-1)], ['1', '3'], String(value));
        assert.equal(ids.length + (page?.unusable ?? 0), 3, String(value));
        // The number 0 is an id, too.
        const isUsable = !NEEDED.includes(field) || (field === 'id' && value === 0);
        assert.equal(page?.unusable, isUsable ? 0 : 1, String(value));
      }
    });

  it('counts entries that are no object', () => {
    const data = [null, 1, 'x', [], externalVideo()];
    assert.deepEqual(pageOf({ data }), { videos: [VIDEO], unusable: 4 });
  });

  for (const [duration, seconds] of [
    ['21s', 21],
    ['3m21s', 201],
    ['2h', 7_200],
    ['1h0m0s', 3_600],
    ['90m', 5_400],
    ['48h0m0s', 172_800],
    ['', null],
    ['0s', null],
    ['0h0m0s', null],
    ['P1D', null],
    ['PT3M21S', null],
    ['3:21:33', null],
    ['99999999h', null],
    ['169h', null],
    ['-5m', null],
    ['1h-5m', null],
    ['1.5h', null],
    ['5m1h', null],
    [' 21s', null],
    ['21s\n', null],
    ['٢s', null],
    [21, null],
  ] as const)
    it(`reads the duration ${JSON.stringify(duration)} as ${seconds}`, () =>
      assert.equal(one({ duration })?.durationSeconds, seconds));

  for (const [created_at, iso] of [
    ['2026-11-25T12:00:04.5Z', '2026-11-25T12:00:04.500Z'],
    ['2026-11-25T21:00:04+09:00', '2026-11-25T12:00:04.000Z'],
    ['2026-11-25T12:00:04', undefined],
    ['2026-11-25', undefined],
    ['2026-13-25T12:00:04Z', undefined],
    ['0001-01-01T00:00:00Z', undefined],
    ['1970-01-01T00:00:00Z', undefined],
    ['2026-11-27T12:00:04Z', undefined],
    ['9999-12-31T23:59:59Z', undefined],
    [1_764_072_000, undefined],
  ] as const)
    it(`reads the time ${JSON.stringify(created_at)} as ${iso}`, () =>
      assert.equal(one({ created_at })?.beganAtMs, iso === undefined ? undefined : Date.parse(iso)));

  it('has no stream for the id 1, with which videos without a stream were sent (twitchdev/issues#399)', () => {
    for (const stream_id of ['1', '0', 1, null, undefined, '']) assert.equal(one({ stream_id })?.streamId, null);
    assert.equal(one({ stream_id: 41_000_000_000 })?.streamId, '41000000000');
  });

  it('keeps both parts of a long stream', () => {
    const page = pageOf({ data: [externalVideo(), externalVideo({ id: '5', created_at: '2026-11-25T12:50:00Z' })] });
    assert.deepEqual(
      page?.videos.map(({ streamId }) => streamId),
      ['317019385687', '317019385687'],
    );
  });

  it('leaves out highlights, uploads and private videos, and does not count them', () => {
    for (const fields of [{ type: 'highlight' }, { type: 'upload' }, { viewable: 'private' }])
      assert.deepEqual(read(fields), { videos: [], unusable: 0 });
  });

  it('reads no more than a page can have', () => {
    const data = Array.from({ length: 100_000 }, (_, index) => externalVideo({ id: String(index) }));
    assert.equal(pageOf({ data })?.videos.length, 100);
  });

  it('leaves out videos of another channel', () => {
    assert.deepEqual(read({ user_id: '8' }), { videos: [], unusable: 1 });
  });

  it('reads a video with muted parts', () => {
    assert.deepEqual(one({ muted_segments: [{ duration: 180, offset: 0 }] }), VIDEO);
  });

  it('takes a login in lower case, and none that is not valid', () => {
    assert.equal(one({ user_login: 'Haneul' })?.channelLogin, 'haneul');
    for (const user_login of ['', 'a b', 'a\r\nJOIN #b', '하늘', 'x'.repeat(26)])
      assert.equal(one({ user_login })?.channelLogin, null);
  });
});
