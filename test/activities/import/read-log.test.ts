import assert from 'node:assert/strict';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { DamagedLog } from '../../../activities/import/log-file.ts';
import { openLog, readLog, timesUntil } from '../../../activities/import/read-log.ts';
import type { Log } from '../../../activities/import/read-log.ts';
import { Refusal } from '../../../common/refusal.ts';
import { temporaryDirectory } from '../../integration/red-tiles.ts';

const TIMES = timesUntil(Date.parse('2026-11-25T12:00:00Z'));
const SENT = Date.parse('2019-05-01T07:00:00Z');
const says = (id: string, text: string, at = SENT): string =>
  `@id=${id};room-id=7;tmi-sent-ts=${at} :lark!lark@lark PRIVMSG #haneul :${text}`;
const comment = (id: string) =>
  `{"_id":"${id}","created_at":"2019-05-01T07:00:00Z","channel_id":"7","commenter":{"name":"lark"},"message":{"body":"hi"}}`;

describe('readLog(log, times)', () => {
  let scratch: Awaited<ReturnType<typeof temporaryDirectory>>;
  let files = 0;

  before(async () => {
    scratch = await temporaryDirectory('logs');
  });
  after(() => scratch.remove());

  function fileOf(content: string | Buffer, name = 'log'): string {
    const path = join(scratch.path, `${++files}-${name}`);
    writeFileSync(path, content);
    return path;
  }
  /** What was read: texts of lines, problems, and the damage. */
  async function read(log: Log): Promise<{ found: [number, string][]; damage?: string; read: number }> {
    const found: [number, string][] = [];
    let bytes = 0;
    try {
      for await (const part of readLog(log, TIMES)) {
        for (const { number, read: it } of part.lines)
          found.push([
            number,
            'line' in it ? it.line.line.toString().replace(/.* :/, '') : 'problem' in it ? it.problem : '-',
          ]);
        bytes = part.read;
      }
    } catch (error) {
      assert.ok(error instanceof DamagedLog, String(error));
      return { found, damage: error.message, read: bytes };
    }
    return { found, read: bytes };
  }
  const readAll = async (content: string | Buffer) => read(await openLog(fileOf(content), TIMES));

  it('reads plain, gzip and zstd, whatever the name, with CRLF, a byte order mark and no last line end', async () => {
    const text = Buffer.from(`\ufeff${says('a', 'hi')}\r\n\r\nPING x\n${says('b', '안녕')}`);
    for (const content of [
      text,
      gzipSync(text),
      zstdCompressSync(text),
      Buffer.concat([gzipSync(text.subarray(0, 90)), gzipSync(text.subarray(90))]),
    ]) {
      const path = fileOf(content, 'log.txt');
      const log = await openLog(path, TIMES);
      assert.deepEqual([log.format, log.firstMs, log.bytes], ['raw', SENT, content.length]);
      assert.deepEqual(await read(log), {
        found: [
          [1, 'hi'],
          [3, '-'],
          [4, '안녕'],
        ],
        read: content.length,
      });
    }
  });

  it('reads bytes that are no UTF-8, and goes on after lines that are too long or no chat', async () => {
    const odd = Buffer.concat([
      Buffer.from(`${says('a', 'x')}\n`),
      Buffer.concat([Buffer.from('@id=b PRIVMSG #haneul :'), Buffer.of(0xff, 0xfe, 0x0a)]),
      Buffer.from(`${says('c', 'x'.repeat(5_000_000))}\nhello\n${says('d', 'last')}\n`),
    ]);
    const { found } = await readAll(odd);
    assert.deepEqual(
      found.map(([number, text]) => [number, text.slice(0, 40)]),
      [
        [1, 'x'],
        [2, '\ufffd\ufffd'],
        [3, 'it is too long for a line of chat'],
        [4, '"hello" is no command of Twitch chat'],
        [5, 'last'],
      ],
    );
  });

  it('reads an empty file as a log without lines, with the time of its last change', async () => {
    const path = fileOf('');
    utimesSync(path, SENT / 1_000, SENT / 1_000);
    const log = await openLog(path, TIMES);
    assert.deepEqual([log.format, log.firstMs, await read(log)], ['raw', SENT, { found: [], read: 0 }]);
    assert.deepEqual((await readAll('\n \r\n')).found, [[2, '-']]);
  });

  for (const [name, compress] of [
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ] as const) {
    it(`reads all whole lines before a cut in ${name}, and says that the file ends too early`, async () => {
      const lines = Array.from({ length: 20_000 }, (_, place) =>
        says(`${place}-${Math.sin(place)}`, `text ${Math.cos(place)}`),
      );
      const whole = compress(Buffer.from(lines.join('\n')));
      for (const part of [0.3, 0.9]) {
        const { found, damage } = await readAll(whole.subarray(0, Math.floor(whole.length * part)));
        assert.equal(damage, 'its compressed data ends too early');
        assert.ok(
          found.length > lines.length * (part - 0.3) && found.length < lines.length,
          `${found.length} of ${lines.length}`,
        );
        assert.deepEqual(
          found.map(([, text]) => text),
          lines.slice(0, found.length).map((line) => line.replace(/.* :/, '')),
        );
      }
      const spoiled = Buffer.from(whole);
      spoiled.fill(0x55, whole.length >> 1, (whole.length >> 1) + 200);
      assert.match((await readAll(spoiled)).damage ?? '', /^its compressed data is damaged \(\w+\)$/);
    });
  }

  it('reads the comments of a video, whatever the order of its parts', async () => {
    const comments = `"comments":[${comment('a')},null,${comment('b')}]`;
    const streamer = '"streamer":{"name":"Haneul","id":7}';
    for (const content of [
      `{"FileInfo":{"Version":{"Major":1}},${streamer},"video":{"title":"x"},${comments},"embeddedData":{"comments":[{}]}}`,
      `{${comments},${streamer}}`,
      `\ufeff\n{ "comments" : [ ${comment('a')} , null ,\n${comment('b')} ] , ${streamer} }\n`,
    ])
      for (const bytes of [Buffer.from(content), gzipSync(content)]) {
        const log = await openLog(fileOf(bytes, 'x.json'), TIMES);
        assert.deepEqual([log.format, log.firstMs], ['twitch-downloader', SENT]);
        const lines: string[] = [];
        for await (const part of readLog(log, TIMES))
          for (const { number, read: it } of part.lines)
            lines.push(
              'line' in it ? `${number} ${/ (#\w*) /.exec(it.line.line.toString())?.[1]}` : `${number} problem`,
            );
        assert.deepEqual(lines, ['1 #haneul', '2 problem', '3 #haneul'], content);
      }
  });

  it('reads the comments before a cut of the JSON, and a video without comments', async () => {
    const content = `{"streamer":{"name":"haneul"},"comments":[${comment('a')},${comment('b')}`;
    const { found, damage } = await readAll(content.slice(0, -9));
    assert.deepEqual([found, damage], [[[1, 'hi']], 'its JSON ends too early']);
    for (const none of ['{"video":{}}', '{"comments":[]}', '{"comments":null}'])
      assert.deepEqual((await readAll(none)).found, [], none);
  });

  for (const [what, content, complaint] of [
    [
      'Parquet',
      'PAR1\x15\x04',
      /found a Parquet file\. Export it again with `chatlake export --format raw`; nothing was imported\.$/,
    ],
    ['CSV', 'message_id,channel_id,channel_login\n', /found a CSV file\. Export it again/],
    ['JSON lines', '{"message_id":"a","channel_id":"7"}\n', /found JSON lines of rows\. Export it again/],
    [
      'JSON of rustlog',
      '{"messages":[{"text":"hi"}]}',
      /found JSON of another logger\. Ask rustlog or justlog for the raw log/,
    ],
    ['text of justlog', '[2019-05-01 07:00:00] #haneul lark: hi\n', /found text without tags\. Ask rustlog/],
    [
      'text of Chatterino',
      '# Start logging at 2023-10-18 12:58:11 KST\n[12:58:12]  lark: hi\n',
      /found something that begins with "# Start logging at 2023-10-18 12:58:11 KST"/,
    ],
    ['HTML', '<!DOCTYPE html><html>', /found HTML\. Download the chat as JSON/],
    ['UTF-16', Buffer.from('\ufeff@id=a PRIVMSG #b :c', 'utf16le'), /found text in UTF-16\. Convert it to UTF-8/],
    ['zip', 'PK\x03\x04', /found a zip archive\. Unpack it first/],
    ['xz', Buffer.from('fd377a585a0000', 'hex'), /found another compression than gzip and zstd/],
    ['other JSON', '{"a":1}', /found something that begins with "\{\\"a\\":1\}"/],
    ['bytes', Buffer.from('0001020304', 'hex'), /found something that begins with/],
  ] as const)
    it(`refuses ${what} in one sentence with the remedy`, async () => {
      for (const bytes of [Buffer.from(content), gzipSync(content)]) {
        const path = fileOf(bytes);
        await assert.rejects(openLog(path, TIMES), (error: Error) => {
          assert.ok(error instanceof Refusal);
          assert.equal(error.exitCode, 78);
          assert.match(error.message, complaint);
          assert.ok(
            error.message.startsWith(`Expected ${path} to be raw IRC lines or TwitchDownloader's JSON, found `),
          );
          assert.equal(error.message.split('\n').length, 1);
          return true;
        });
      }
    });

  it('refuses a missing file and a directory', async () => {
    const directory = join(scratch.path, 'directory');
    mkdirSync(directory);
    await assert.rejects(
      openLog(join(scratch.path, 'no'), TIMES),
      /^Refusal: Expected .*\/no to be a log that can be read, found ENOENT\. Give another file\.$/,
    );
    await assert.rejects(openLog(directory, TIMES), /found a directory\. Name the files in it\.$/);
  });
});
