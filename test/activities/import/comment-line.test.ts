import assert from 'node:assert/strict';
import { commentLine } from '../../../activities/import/comment-line.ts';
import { readStreamer, readVideo } from '../../../activities/import/comment.external.ts';
import { timesUntil } from '../../../activities/import/read-log.ts';
import { Random } from '../../../infra/twitch-simulator/random.ts';
import { parseMessage } from 'ircv3';

const TIMES = timesUntil(Date.parse('2026-11-25T12:00:00Z'));
const STREAMER = { name: 'Haneul', id: 7001 };
const VIDEO = { created_at: '2023-05-01T07:00:00Z' };

/** A comment with all fields that TwitchDownloader writes. */
const COMMENT = {
  _id: '8f921b5d-29b1-4c70-bc87-7a88a9d32ba8',
  created_at: '2023-05-01T07:00:10.123Z',
  updated_at: '0001-01-01T00:00:00',
  channel_id: '7001',
  content_type: 'video',
  content_id: '1800000000',
  content_offset_seconds: 10,
  commenter: { display_name: 'Lark', _id: '40004', name: 'lark', type: null, bio: null, logo: null },
  source: null,
  state: null,
  message: {
    body: '👍🏽 안녕 Kappa x Kappa Keepo',
    bits_spent: 100,
    fragments: [
      { text: '👍🏽 안녕 ', emoticon: null },
      { text: 'Kappa', emoticon: { emoticon_id: '25', emoticon_set_id: null } },
      { text: ' x ', emoticon: null },
      { text: 'Kappa', emoticon: { emoticon_id: '25' } },
      { text: ' ', emoticon: null },
      { text: 'Keepo', emoticon: { emoticon_id: 'emotesv2_ee52' } },
    ],
    is_action: false,
    user_badges: [
      { _id: 'subscriber', version: '12' },
      { _id: 'vip', version: '1' },
    ],
    user_color: '#FF0000',
    user_notice_params: { msg_id: null },
    emoticons: [{ _id: '25', begin: 0, end: 6 }],
  },
  more_replies: false,
};

const chatOf = (streamer: unknown = STREAMER, video: unknown = VIDEO) => ({
  streamer: readStreamer(JSON.stringify(streamer) ?? ''),
  video: readVideo(JSON.stringify(video) ?? ''),
});
const lineOf = (comment: unknown, chat = chatOf()) => commentLine(JSON.stringify(comment), chat, TIMES);
function textOf(comment: unknown, chat = chatOf()): string {
  const read = lineOf(comment, chat);
  assert.ok('line' in read, JSON.stringify(read));
  return read.line.line.toString();
}
const tagsOf = (comment: unknown, chat = chatOf()): Record<string, string> =>
  Object.fromEntries(parseMessage(textOf(comment, chat)).tags);

describe('commentLine(json, chat, times)', () => {
  it('has the tags that the file knows', () => {
    const read = lineOf(COMMENT);
    assert.ok('line' in read);
    const { line, ...rest } = read.line;
    assert.deepEqual(rest, { key: '7001', receivedAtMs: Date.parse('2023-05-01T07:00:10.123Z'), isMessage: true });
    const { tags, prefix, rawParamValues } = parseMessage(line.toString());
    assert.deepEqual(Object.fromEntries(tags), {
      id: COMMENT._id,
      'room-id': '7001',
      'user-id': '40004',
      'display-name': 'Lark',
      'tmi-sent-ts': '1682924410123',
      badges: 'subscriber/12,vip/1',
      color: '#FF0000',
      // In code points: two of the thumb, a space, two syllables, a space.
      emotes: '25:6-10,14-18/emotesv2_ee52:20-24',
      bits: '100',
      subscriber: '1',
      mod: '0',
      turbo: '0',
      vip: '1',
    });
    assert.deepEqual([prefix?.nick, rawParamValues], ['lark', ['#haneul', COMMENT.message.body]]);
  });

  it('has the kind of a notice, and an action', () => {
    const message = { ...COMMENT.message, is_action: true, user_notice_params: { msg_id: 'highlighted-message' } };
    assert.equal(tagsOf({ ...COMMENT, message })['msg-id'], 'highlighted-message');
    assert.match(textOf({ ...COMMENT, message }), / :\x01ACTION 👍🏽 안녕 Kappa x Kappa Keepo\x01$/);
  });

  it('finds the channel by its login, then by a display name that is a login, and keeps the id without either', () => {
    const channel = (streamer: unknown) => / PRIVMSG (\S+) /.exec(textOf(COMMENT, chatOf(streamer)))?.[1];
    assert.equal(channel({ name: '하늘', login: 'Haneul_', id: 1 }), '#haneul_');
    assert.equal(channel({ name: 'Haneul', id: 1 }), '#haneul');
    for (const streamer of [{ name: '하늘', id: 1 }, null, 5, [], { name: 'two words' }])
      assert.equal(channel(streamer), '#');
    assert.equal(tagsOf({ ...COMMENT, channel_id: '' }, chatOf({ name: 'Haneul', id: 5 }))['room-id'], '5');
    assert.deepEqual(lineOf({ ...COMMENT, channel_id: null }, chatOf(null)), { problem: 'it names no channel' });
  });

  it('finds the time in the comment, then by the begin of the video', () => {
    const time = (created_at: unknown, content_offset_seconds: unknown = 10, video: unknown = VIDEO) => {
      const read = lineOf({ ...COMMENT, created_at, content_offset_seconds }, chatOf(STREAMER, video));
      return 'line' in read ? new Date(read.line.receivedAtMs).toISOString() : read;
    };
    for (const text of ['2023-05-01T07:00:10Z', '2023-05-01T07:00:10.0000000Z', '2023-05-01T16:00:10+09:00'])
      assert.equal(time(text), '2023-05-01T07:00:10.000Z', text);
    for (const none of [null, '', '0001-01-01T00:00:00', 'soon', 5, '2030-01-01T00:00:00Z', {}]) {
      assert.equal(time(none, 90.5), '2023-05-01T07:01:30.500Z', JSON.stringify(none));
      for (const offset of [null, 'x', 1e300, {}]) assert.deepEqual(time(none, offset), { problem: 'it has no time' });
      for (const video of [null, {}, { created_at: null }, { created_at: 5 }, 'x'])
        assert.deepEqual(time(none, 10, video), { problem: 'it has no time' });
    }
  });

  it('has an id of its own if the file has none, always the same', () => {
    const id = tagsOf({ ...COMMENT, _id: null })['id'] ?? '';
    assert.match(id, /^chatlake-[0-9a-f]{32}$/);
    assert.equal(tagsOf({ ...COMMENT, _id: '' })['id'], id);
    assert.notEqual(tagsOf({ ...COMMENT, _id: null, created_at: '2023-05-01T07:00:11Z' })['id'], id);
  });

  it('keeps texts in one line, and escapes tags', () => {
    const message = { body: 'a\r\nb\0c :d', fragments: null };
    const commenter = { ...COMMENT.commenter, display_name: 'La rk;\\=\n' };
    const text = textOf({ ...COMMENT, message, commenter });
    assert.match(text, / PRIVMSG #haneul :a {2}b c :d$/);
    assert.ok(!/[\r\n\0]/.test(text));
    assert.equal(tagsOf({ ...COMMENT, message, commenter })['display-name'], 'La rk;\\=\n');
  });

  it('says what is wrong with a comment that is none', () => {
    const problems: [unknown, string][] = [
      [null, 'it is no comment in JSON'],
      [[], 'it is no comment in JSON'],
      [{}, 'it names no commenter'],
      [{ ...COMMENT, commenter: null }, 'it names no commenter'],
      [{ ...COMMENT, commenter: { name: 'a b' } }, 'it names no commenter'],
      [{ ...COMMENT, message: null }, 'it has no text'],
      [{ ...COMMENT, message: { body: '' } }, 'it has no text'],
      [{ ...COMMENT, message: { body: 'x'.repeat(70_000) } }, 'it is too long for a message'],
    ];
    for (const [comment, problem] of problems)
      assert.deepEqual(lineOf(comment), { problem }, JSON.stringify(comment)?.slice(0, 90));
    for (const json of [undefined, '', '{', '{"a":}', 'nonsense'])
      assert.deepEqual(commentLine(json, chatOf(), TIMES), { problem: 'it is no comment in JSON' });
  });

  it('accepts any value in any field, and makes one line with one channel of it', () => {
    const random = new Random('comments');
    const odd = [
      null,
      '',
      ' ',
      0,
      -1,
      1e308,
      true,
      [],
      {},
      [null],
      [[1]],
      { a: 1 },
      'x'.repeat(5_000),
      '\ud83d',
      '\r\nPRIVMSG #b :c',
      ';a=b c',
    ];
    const spoil = (value: unknown): unknown => {
      if (random.chance(0.08)) return random.pick(odd);
      if (Array.isArray(value)) return value.map(spoil);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, spoil(it)]));
    };
    let imported = 0;
    for (let round = 0; round < 3_000; round++) {
      const read = lineOf(spoil(COMMENT), chatOf(spoil(STREAMER), spoil(VIDEO)));
      if (!('line' in read)) continue;
      imported++;
      const text = read.line.line.toString();
      assert.ok(!/[\r\n\0]/.test(text));
      const { command, tags, rawParamValues } = parseMessage(text);
      assert.equal(command, 'PRIVMSG');
      assert.equal(rawParamValues.length, 2);
      assert.match(rawParamValues[0] ?? '', /^#\w*$/);
      assert.equal(Number(tags.get('tmi-sent-ts')), read.line.receivedAtMs);
      assert.notEqual(tags.get('id'), '');
    }
    assert.ok(imported > 1_000, String(imported));
  });
});
