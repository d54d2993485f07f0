import assert from 'node:assert/strict';
import { RawLines } from '../../../activities/import/raw-line.ts';
import type { ReadLine } from '../../../activities/import/raw-line.ts';
import { timesUntil } from '../../../activities/import/read-log.ts';
import { readLineHead, tagOf } from '../../../activities/irc/line-kind.ts';
import { Random } from '../../../infra/twitch-simulator/random.ts';
import { brokenLine, validLine } from '../yellow/fuzzed-lines.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const FIRST = Date.parse('2016-01-01T00:00:00Z');
const SENT = Date.parse('2019-05-01T07:00:00Z');

const reader = (): RawLines => new RawLines(timesUntil(NOW), FIRST);
const readAll = (lines: readonly (string | Buffer)[], raw = reader()): ReadLine[] =>
  lines.map((line, place) => raw.read(Buffer.from(line), place + 1));
function lineOf(read: ReadLine | undefined): { text: string; key: string; receivedAtMs: number; isMessage: boolean } {
  assert.ok(read !== undefined && 'line' in read, JSON.stringify(read));
  const { line, ...rest } = read.line;
  return { text: line.toString(), ...rest };
}

describe('RawLines', () => {
  it('keeps a whole line as it is, with its own time', () => {
    const line = `@id=a;room-id=7;tmi-sent-ts=${SENT} :lark!lark@lark PRIVMSG #haneul :안녕 \u0001`;
    assert.deepEqual(readAll([line]).map(lineOf), [{ text: line, key: '7', receivedAtMs: SENT, isMessage: true }]);
  });

  it('takes the login as key if there is no room id', () => {
    const [read] = readAll([`@id=a;tmi-sent-ts=${SENT} :lark!lark@lark USERNOTICE #Haneul`]).map(lineOf);
    assert.deepEqual([read?.key, read?.isMessage], ['haneul', false]);
  });

  it('gives a line without a time that of a history service, else that of the line before, else that of the log', () => {
    const lines = readAll([
      '@id=a PRIVMSG #haneul :first',
      `@id=b;tmi-sent-ts=${SENT} PRIVMSG #haneul :second`,
      '@room-id=7;target-user-id=3 :tmi.twitch.tv CLEARCHAT #haneul :crow',
      `@rm-received-ts=${SENT + 5_000} :tmi.twitch.tv CLEARCHAT #haneul`,
      'PRIVMSG #haneul :last',
    ]).map(lineOf);
    assert.deepEqual(
      lines.map(({ receivedAtMs }) => receivedAtMs),
      [FIRST, SENT, SENT, SENT + 5_000, SENT + 5_000],
    );
    assert.deepEqual(
      lines.map(({ text, receivedAtMs }) => tagOf(Buffer.from(text), 'tmi-sent-ts') === String(receivedAtMs)),
      [true, true, true, true, true],
    );
    assert.equal(
      lines[2]?.text,
      `@room-id=7;target-user-id=3;tmi-sent-ts=${SENT} :tmi.twitch.tv CLEARCHAT #haneul :crow`,
    );
  });

  it('does not believe impossible times', () => {
    for (const time of [
      '',
      '0',
      '1',
      '-5',
      String(Date.UTC(2004, 11, 31)),
      String(NOW + 3_600_001),
      '9'.repeat(30),
      '1e12',
      '12 34',
      'x',
    ]) {
      const [, read] = readAll([
        `@id=a;tmi-sent-ts=${SENT} PRIVMSG #haneul :a`,
        `@id=b;tmi-sent-ts=${time} PRIVMSG #haneul :b`,
      ]);
      if (time.includes(' ')) continue;
      assert.equal(lineOf(read).receivedAtMs, SENT, time);
    }
    const [edge] = readAll([`@id=b;tmi-sent-ts=${NOW + 3_600_000} PRIVMSG #haneul :b`]);
    assert.equal(lineOf(edge).receivedAtMs, NOW + 3_600_000);
  });

  it('gives a line without an id always the same one, and lines that were said twice different ones', () => {
    const lines = [
      `@tmi-sent-ts=${SENT} PRIVMSG #haneul :hi`,
      `@id=;tmi-sent-ts=${SENT} PRIVMSG #haneul :hi`,
      'PRIVMSG #haneul :hi',
      'PRIVMSG #haneul :hi',
      '@ PRIVMSG #haneul :hi',
      'USERNOTICE #haneul',
    ];
    const ids = readAll(lines).map((read) => tagOf(Buffer.from(lineOf(read).text), 'id'));
    for (const id of ids) assert.match(id, /^chatlake-[0-9a-f]{32}$/);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(
      readAll(lines).map((read) => tagOf(Buffer.from(lineOf(read).text), 'id')),
      ids,
    );
    // A copy of a line whose time is known is a copy of the message, wherever it is in the log.
    const [first, , third] = readAll([lines[0] ?? '', 'PRIVMSG #haneul :x', lines[0] ?? '']).map(lineOf);
    assert.equal(first?.text, third?.text);
  });

  it('leaves out lines without rows, and those of users who opted out', () => {
    const lines = [
      ':tmi.twitch.tv 001 justinfan1 :Welcome, GLHF!',
      ':justinfan1!justinfan1@justinfan1.tmi.twitch.tv JOIN #haneul',
      '@room-id=7 :tmi.twitch.tv ROOMSTATE #haneul',
      ':tmi.twitch.tv HOSTTARGET #haneul :baram 5',
      '@user-id=1 :lark!lark@lark WHISPER me :secret',
      'PING :tmi.twitch.tv',
      '\0\0\0\0',
      '   ',
      '@chatlake-erased=1;room-id=7 PRIVMSG #haneul',
    ];
    for (const [place, read] of readAll(lines).entries()) assert.deepEqual(read, { leftOut: true }, lines[place]);
  });

  it('says what is wrong with other lines', () => {
    for (const [line, problem] of [
      ['hello', '"hello" is no command of Twitch chat'],
      ['[2020-01-01 10:00:00] #haneul lark: hi', '"[2020-01-01" is no command of Twitch chat'],
      ['@id=1', 'it has no command'],
      ['@id=1 :lark ', 'it has no command'],
      [`@id=1 :lark ${'X'.repeat(50)}`, `"${'X'.repeat(30)}" is no command of Twitch chat`],
      ['PRIVMSG', 'it names no channel'],
      ['@id=1 :lark PRIVMSG ', 'it names no channel'],
    ] as const)
      assert.deepEqual(readAll([line]), [{ problem }], line);
  });

  for (const seed of ['a', 'b']) {
    it(`reads any bytes, and changes nothing but its own tags (${seed})`, () => {
      const random = new Random(`raw/${seed}`);
      const raw = reader();
      let imported = 0;
      for (let place = 0; place < 2_000; place++) {
        const line = random.chance(0.5) ? Buffer.from(validLine(random)) : brokenLine(random);
        const read = raw.read(line, place);
        if (!('line' in read)) continue;
        imported++;
        const [before, after] = [readLineHead(line), readLineHead(read.line.line)];
        assert.deepEqual(after, before);
        const added = read.line.line.toString('latin1').replace(/;?(tmi-sent-ts=\d+)?;?(id=chatlake-\w+)?(?= )/, '');
        const plain = line.toString('latin1');
        assert.equal(added.replace(/^@ /, ''), plain.replace(/;?(?= )/, '').replace(/^@ /, ''), plain);
        assert.notEqual(tagOf(read.line.line, 'tmi-sent-ts'), '');
      }
      assert.ok(imported > 300);
    });
  }
});
