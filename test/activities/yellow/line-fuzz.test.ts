import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { parseMessage } from 'ircv3';
import { readLineHead, textOf } from '../../../activities/irc/line-kind.ts';
import type { LineKind } from '../../../activities/irc/line-kind.ts';
import { LineScanner } from '../../../activities/irc/line-scanner.ts';
import { eventHoursOf } from '../../../activities/red/event-hours.ts';
import { hourNumber, hourOfNumber } from '../../../activities/yellow/hour-number.ts';
import { createRedViews } from '../../../activities/yellow/red-views.ts';
import { CHAT_SQL, LINES_SQL, TABLES_SQL } from '../../../activities/yellow/sql-text.ts';
import { Random } from '../../../infra/twitch-simulator/random.ts';
import { directoryHdfs } from '../../integration/directory-hdfs.ts';
import { RedTiles, temporaryDirectory } from '../../integration/red-tiles.ts';
import { asStored } from './as-stored.ts';
import { brokenLine, usualLine, validLine } from './fuzzed-lines.ts';

const SEEDS = ['one', 'two', 'three'];
const LINES = 3_000;
const IN_ROOMS: readonly LineKind[] = ['PRIVMSG', 'USERNOTICE', 'CLEARCHAT', 'CLEARMSG'];
const APPENDED_AT = '2026-11-25T12:00:00.000Z';

/** The line at an offset, as SQL parses it. */
interface Cut {
  command: string;
  channel_login: string | null;
  room_id: string | null;
  nick: string;
  message: string | null;
  names: string[];
  values: string[];
}

async function withLines<T>(lines: Buffer[], work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const scratch = await temporaryDirectory('fuzz');
  try {
    const tiles = new RedTiles(scratch.path, directoryHdfs(scratch.path), '/lake');
    const path = await tiles.add(
      'chat',
      lines.map((line) => ({ line, appendedAt: APPENDED_AT })),
    );
    return await tiles.withDatabase(async (connection) => {
      await createRedViews(connection, { chat: [join(scratch.path, path)], coverage: [], streams: [] });
      await connection.run(`SET VARIABLE event_hour = ${hourNumber('2026-11-25T12')}::BIGINT`);
      await connection.run(LINES_SQL);
      return work(connection);
    });
  } finally {
    await scratch.remove();
  }
}

/** From now on all lines are cut the general way. */
const cutAllAsOdd = (connection: DuckDBConnection): Promise<unknown> =>
  connection.run(`
    CREATE OR REPLACE TEMP TABLE odd_lines AS FROM red_chat;
    CREATE OR REPLACE TEMP VIEW tagged_lines AS FROM tagged_odd_lines`);

async function createOtherTables(connection: DuckDBConnection): Promise<void> {
  await connection.run(CHAT_SQL);
  await connection.run('CREATE TEMP VIEW other_lines AS FROM parsed_other_lines');
  await connection.run(TABLES_SQL);
}

const readCuts = (lines: Buffer[]): Promise<Cut[]> =>
  withLines(lines, async (connection) => {
    await cutAllAsOdd(connection);
    const read = await connection.runAndReadAll(`
      SELECT command, channel_login, tag(keys, pairs, 'room-id') AS room_id, nick, message,
        keys AS names, list_transform(keys, lambda name: value_of(keys, pairs, name)) AS values
      FROM timed_lines ORDER BY kafka_offset`);
    return read.getRowObjectsJson() as unknown as Cut[];
  });

function kindOf(command: string): LineKind {
  if (/^[0-9]{3}$/.test(command)) return 'numeric';
  return readLineHead(Buffer.from(`${command} x`)).kind;
}

describe('lines of any bytes', () => {
  for (const seed of SEEDS) {
    it(`are neither lost nor joined, wherever the input is split (${seed})`, () => {
      const random = new Random(`cuts/${seed}`);
      const sent = Array.from({ length: LINES }, () => brokenLine(random));
      const stream = Buffer.concat(
        sent.flatMap((line) => [line, Buffer.from(random.pick(['\n', '\r\n', '\r\n\r\n']))]),
      );
      const got: Buffer[] = [];
      const scanner = new LineScanner((line) => got.push(Buffer.from(line)));
      for (let from = 0; from < stream.length;) {
        const to = from + random.between(1, random.pick([1, 3, 200, 5_000]));
        scanner.push(stream.subarray(from, to));
        from = to;
      }
      assert.deepEqual(
        got.map((line) => line.toString('latin1')),
        sent.map((line) => line.toString('latin1')),
      );
    });

    it(`have the same kind, channel and room in the collector and in SQL (${seed})`, async () => {
      const random = new Random(`heads/${seed}`);
      const lines = Array.from({ length: LINES }, () => asStored(brokenLine(random)));
      const cuts = await readCuts(lines);
      assert.equal(cuts.length, lines.length);
      lines.forEach((line, offset) => {
        const head = readLineHead(line);
        const cut = cuts[offset] as Cut;
        assert.equal(kindOf(cut.command), head.kind, JSON.stringify(line.toString()));
        if (!IN_ROOMS.includes(head.kind)) return;
        const roomId = head.roomId?.includes('\\') ? cut.room_id : (head.roomId ?? null);
        assert.deepEqual(
          [cut.channel_login, cut.room_id, cut.message ?? ''],
          [head.channelLogin ?? null, roomId, cut.message === null ? '' : textOf(line)],
          JSON.stringify(line.toString()),
        );
      });
    });

    it(`have one row of yellow each, except copies (${seed})`, async () => {
      const random = new Random(`rows/${seed}`);
      const lines = Array.from({ length: LINES }, () =>
        asStored(random.chance(0.5) ? brokenLine(random) : Buffer.from(validLine(random))),
      );
      await withLines(lines, async (connection) => {
        await createOtherTables(connection);
        const read = await connection.runAndReadAll(`
          SELECT (SELECT count(DISTINCT (command, id)) FROM timed_lines WHERE command IN ('PRIVMSG', 'USERNOTICE')),
            (SELECT count(DISTINCT message_id) FROM chat_copies) + (SELECT count(*) FROM events),
            (SELECT count(*) FROM timed_lines WHERE command IN ('PRIVMSG', 'USERNOTICE', 'CLEARCHAT', 'CLEARMSG')),
            (SELECT count(*) FROM moderation)`);
        const [messages, rows, events, moderation] = (read.getRows()[0] ?? []).map(Number);
        const heads = lines.map((line) => readLineHead(line));
        assert.equal(events, heads.filter(({ kind }) => IN_ROOMS.includes(kind)).length);
        assert.equal(rows, messages);
        assert.ok(Number(moderation) > 0 && Number(rows) > LINES / 5);
        for (const table of ['chat_copies', 'events', 'moderation'])
          await connection.runAndReadAll(`SELECT * FROM ${table}`);
      });
    });

    it(`belong to the hours that their tile tells (${seed})`, async () => {
      const random = new Random(`hours/${seed}`);
      const lines = Array.from({ length: LINES }, () =>
        asStored(random.chance(0.5) ? brokenLine(random) : Buffer.from(usualLine(random))),
      );
      await withLines(lines, async (connection) => {
        const read = await connection.runAndReadAll(
          'SELECT hour_of(event_at)::BIGINT, table_of(command) IS NOT NULL FROM timed_lines ORDER BY kafka_offset',
        );
        const appendedAtMs = Date.parse(APPENDED_AT);
        let known = 0;
        read.getRows().forEach(([hour, isRow], offset) => {
          const line = lines[offset] ?? null;
          const told = eventHoursOf([{ appendedAtMs, receivedAtMs: appendedAtMs, collector: null, line }]);
          if (told === undefined || isRow !== true) return; // Lines without a row may tell an hour too many.
          known += 1;
          assert.deepEqual(told, [hourOfNumber(Number(hour))], String(line));
        });
        assert.ok(known > LINES / 3, `${known} known`);
      });
    });

    it(`have the same row, whether cut as usual lines or the general way (${seed})`, async () => {
      const random = new Random(`usual/${seed}`);
      const lines = Array.from({ length: LINES }, () => asStored(Buffer.from(usualLine(random))));
      await withLines(lines, async (connection) => {
        await createOtherTables(connection);
        const shapes = await connection.runAndReadAll('SELECT is_usual, count(*) FROM shaped_lines GROUP BY ALL');
        assert.ok(
          shapes.getRows().length === 2 && shapes.getRows().every(([, count]) => Number(count) > LINES / 5),
          JSON.stringify(shapes.getRowsJson()),
        );
        await connection.run('CREATE TABLE as_written AS FROM chat_copies');
        await cutAllAsOdd(connection);
        const differing = await connection.runAndReadAll(`
          (FROM as_written EXCEPT ALL FROM chat_copies) UNION ALL (FROM chat_copies EXCEPT ALL FROM as_written) ORDER BY kafka_offset`);
        assert.deepEqual(differing.getRowObjectsJson().slice(0, 2), []);
        const rows = await connection.runAndReadAll('SELECT count(*) FROM as_written');
        assert.ok(Number(rows.value(0, 0)) > LINES / 5);
      });
    });

    it(`are parsed as by ircv3, if they follow the grammar (${seed})`, async () => {
      const random = new Random(`valid/${seed}`);
      const lines = Array.from({ length: LINES }, () => validLine(random));
      const cuts = await readCuts(lines.map((line) => Buffer.from(line)));
      lines.forEach((line, offset) => {
        const cut = cuts[offset] as Cut;
        const message = parseMessage(line, undefined, undefined, false, [], false);
        const [channel, text = null] = message.rawParamValues;
        const names = cut.names.filter((name) => name !== '');
        assert.deepEqual(
          [cut.command, `#${cut.channel_login}`, cut.message, cut.nick, new Set(names)],
          [message.command, channel, text, message.prefix?.nick ?? '', new Set(message.tags.keys())],
          JSON.stringify(line),
        );
        for (const [name, value] of message.tags) {
          assert.equal(cut.values[cut.names.indexOf(name)], value, `${name} of ${JSON.stringify(line)}`);
        }
        const head = readLineHead(Buffer.from(line));
        assert.deepEqual([head.kind, `#${head.channelLogin}`], [message.command, channel]);
        if (text !== null) assert.equal(textOf(Buffer.from(line)), text, JSON.stringify(line));
      });
    });
  }
});
