import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FactError } from '../../../activities/errors.ts';
import { HdfsError } from '../../../activities/hdfs/error.ts';
import type { Hdfs } from '../../../activities/hdfs/hdfs.ts';
import { compactRedHour } from '../../../activities/compact/compaction.ts';
import { openCachedFiles } from '../../../activities/hdfs/cached-files.ts';
import { manifestPath, readManifest, tablePath } from '../../../activities/yellow/manifest.ts';
import type { Manifest, YellowTable } from '../../../activities/yellow/manifest.ts';
import { refineRedHour } from '../../../activities/yellow/refinement.ts';
import type { RefinementDeps } from '../../../activities/yellow/refinement.ts';
import { silentLog } from '../../../common/log.ts';
import { RedTiles } from '../../integration/red-tiles.ts';
import type { TestRow } from '../../integration/red-tiles.ts';
import { openTestLake } from '../../integration/test-lake.ts';
import type { LakeDeps, TestLake } from '../../integration/test-lake.ts';
import { writePoll } from '../../integration/write-poll.ts';
import { externalStream } from '../twitch/external-stream.ts';

const ROOT = '/lake';

function message(id: string, sentAt: string, more: Partial<TestRow> = {}): TestRow {
  const line = `@id=${id};room-id=1;tmi-sent-ts=${Date.parse(sentAt)};user-id=9 :lark!lark@lark PRIVMSG #haneul :hello ${id}`;
  return { line, appendedAt: sentAt, ...more };
}

function tally(window: string, received: number): TestRow {
  return {
    line: JSON.stringify({ kind: 'tally', collector: 'c1', window, received, acknowledged: received }),
    appendedAt: window,
  };
}

describe('refineRedHour(deps, redHour, complete)', () => {
  let lake: TestLake;
  let hdfs: Hdfs;
  let red: RedTiles;
  let deps: LakeDeps;

  beforeEach(async () => {
    lake = await openTestLake('refinement');
    ({ red, deps } = lake);
    ({ hdfs } = deps);
  });

  afterEach(() => lake.remove());

  const refine = (hour: string, complete = true): Promise<{ lines: number; hours: string[]; damaged: string[] }> =>
    refineRedHour(deps, hour, complete, new AbortController().signal);

  const read = (table: YellowTable, hour: string, columns: string): Promise<unknown[][]> =>
    readInOrder(table, hour, columns, 'ORDER BY ALL');

  async function readInOrder(table: YellowTable, hour: string, columns: string, order = ''): Promise<unknown[][]> {
    return red.withDatabase(async (connection) => {
      const file = join(lake.directory, tablePath(ROOT, table, hour));
      return (await connection.runAndReadAll(`SELECT ${columns} FROM '${file}' ${order}`)).getRowsJson();
    });
  }

  async function manifestOf(hour: string): Promise<Manifest> {
    const manifest = await readManifest(hdfs, ROOT, hour);
    assert.ok(manifest, `${hour} has a manifest`);
    return manifest;
  }

  it('keeps one row per id: the copy that Kafka had first', async () => {
    await red.add('chat', [
      message('a', '2026-11-25T12:00:00Z', { collector: 'c1' }),
      message('a', '2026-11-25T12:00:00Z', { collector: 'c2' }),
    ]);
    await red.add('chat', [
      message('a', '2026-11-25T12:00:00Z', { collector: 'c3' }),
      message('b', '2026-11-25T12:00:01Z'),
    ]);
    assert.deepEqual(await refine('2026-11-25T12'), { lines: 4, hours: ['2026-11-25T12'], damaged: [] });
    assert.deepEqual(await read('chat', '2026-11-25T12', 'message_id, collector'), [
      ['a', 'c1'],
      ['b', 'c1'],
    ]);
  });

  it('keeps one row of a message whose copies arrived before and after the hour began', async () => {
    await red.add('chat', [message('a', '2026-11-25T12:59:59Z')]);
    await red.add('chat', [message('a', '2026-11-25T12:59:59Z', { appendedAt: '2026-11-25T13:00:01Z' })]);
    await refine('2026-11-25T12');
    await refine('2026-11-25T13');
    assert.deepEqual(await read('chat', '2026-11-25T12', 'message_id'), [['a']]);
    assert.equal(await hdfs.status(tablePath(ROOT, 'chat', '2026-11-25T13')), undefined);
  });

  it('sorts chat by channel and time, with or without copies', async () => {
    const at = (id: string, room: string, time: string): TestRow => ({
      line: `@id=${id};room-id=${room};tmi-sent-ts=${Date.parse(time)} :lark!lark@lark PRIVMSG #haneul :hi`,
      appendedAt: '2026-11-25T12:59:59Z',
    });
    const rows = ['07', '03', '05'].flatMap((minute) => [
      at(`b${minute}`, '2', `2026-11-25T12:${minute}:00Z`),
      at(`a${minute}`, '1', `2026-11-25T12:${minute}:00Z`),
    ]);
    const sorted = [['a03'], ['a05'], ['a07'], ['b03'], ['b05'], ['b07']];
    await red.add('chat', rows);
    await refine('2026-11-25T12');
    assert.deepEqual(await readInOrder('chat', '2026-11-25T12', 'message_id'), sorted);
    await red.add('chat', rows.slice(0, 3));
    await refine('2026-11-25T12');
    assert.deepEqual(await readInOrder('chat', '2026-11-25T12', 'message_id'), sorted);
  });

  it('puts a message that is two days late into the hour it was sent in', async () => {
    await red.add('chat', [message('a', '2026-11-25T12:30:00Z')]);
    await refine('2026-11-25T12');
    await red.add('chat', [message('late', '2026-11-25T12:40:00Z', { appendedAt: '2026-11-27T12:40:00Z' })]);
    assert.deepEqual((await refine('2026-11-27T12')).hours, ['2026-11-25T12', '2026-11-27T12']);
    assert.deepEqual(await read('chat', '2026-11-25T12', 'message_id'), [['a'], ['late']]);
    assert.deepEqual((await manifestOf('2026-11-25T12')).redHours, ['2026-11-25T12', '2026-11-27T12']);
  });

  describe('with a damaged manifest', () => {
    const old = '2026-11-25T12';
    const whole = {
      hour: old,
      redHours: [old],
      redFiles: [],
      sql: 'x',
      complete: true,
      refinedAt: '2026-11-25T13:00:00Z',
    };

    async function damage(text: string): Promise<void> {
      await hdfs.remove(manifestPath(ROOT, old));
      await hdfs.writeText(manifestPath(ROOT, old), text, { createParent: true });
    }

    for (const [what, text, finding] of [
      ['was cut', JSON.stringify(whole).slice(0, 40), 'text that is not JSON'],
      ['is empty', '', 'text that is not JSON'],
      ['is null', 'null', 'invalid fields: `value`'],
      ['lacks a field', JSON.stringify({ ...whole, tables: undefined }), 'invalid fields: `tables`'],
      [
        'has a field of another kind',
        JSON.stringify({ ...whole, tables: { chat: { rows: '7', digest: '1' } } }),
        'invalid fields: `tables.chat.rows`',
      ],
    ] as const) {
      it(`rejects the hour whose manifest ${what}, with the remedy`, async () => {
        await red.add('chat', [message('a', `${old}:30:00Z`)]);
        await refine(old);
        await damage(text);
        await assert.rejects(refine(old), (error) => {
          assert.ok(error instanceof FactError && !error.retryable, String(error));
          assert.ok(
            error.message.includes(`${manifestPath(ROOT, old)} `) && error.message.includes(finding),
            error.message,
          );
          assert.match(
            error.message,
            /Restore it from a copy, or remove it and refine the hour and the week after it again/,
          );
          return true;
        });
        assert.deepEqual(await read('chat', old, 'message_id'), [['a']]);
      });
    }

    it('accepts a manifest of a release with fewer tables', async () => {
      await red.add('chat', [message('a', `${old}:30:00Z`)]);
      await damage(JSON.stringify({ ...whole, tables: { chat: { rows: 1, digest: '1' } } }));
      await refine(old);
      assert.deepEqual(await read('chat', old, 'message_id'), [['a']]);
    });

    it('refines an hour with late lines for it, skips it, and returns it as damaged', async () => {
      await red.add('chat', [message('a', `${old}:30:00Z`)]);
      await refine(old);
      await damage('{');
      await red.add('chat', [message('late', `${old}:40:00Z`, { appendedAt: '2026-11-27T12:40:00Z' })]);
      await red.add('chat', [message('b', '2026-11-27T12:41:00Z')]);
      assert.deepEqual(await refine('2026-11-27T12'), { lines: 2, hours: ['2026-11-27T12'], damaged: [old] });
      assert.deepEqual(await read('chat', '2026-11-27T12', 'message_id'), [['b']]);
      assert.deepEqual(await read('chat', old, 'message_id'), [['a']]);
    });

    it('has all lines again after it was removed and the hours were refined again', async () => {
      await red.add('chat', [message('a', `${old}:30:00Z`)]);
      await red.add('chat', [message('late', `${old}:40:00Z`, { appendedAt: '2026-11-27T12:40:00Z' })]);
      await hdfs.writeText(manifestPath(ROOT, old), '{', { createParent: true });
      await refine('2026-11-27T12');
      await hdfs.remove(manifestPath(ROOT, old));
      for (const hour of [old, '2026-11-27T12']) await refine(hour);
      assert.deepEqual(await read('chat', old, 'message_id'), [['a'], ['late']]);
      assert.equal((await manifestOf(old)).complete, true);
    });
  });

  it('gives the same digests in any order of refinement', async () => {
    const lake = async (order: string[]): Promise<unknown> => {
      for (const hour of order) await refine(hour);
      const manifests = await Promise.all(['2026-11-25T12', '2026-11-25T13'].map(manifestOf));
      await hdfs.remove(`${ROOT}/yellow`, { recursive: true });
      return manifests.map(({ tables, redFiles }) => ({ tables, redFiles }));
    };
    await red.add('chat', [message('a', '2026-11-25T12:00:00Z'), message('b', '2026-11-25T12:59:59Z')]);
    await red.add('chat', [
      message('b', '2026-11-25T12:59:59Z', { appendedAt: '2026-11-25T13:00:01Z' }),
      message('c', '2026-11-25T13:00:02Z'),
    ]);
    const forwards = await lake(['2026-11-25T12', '2026-11-25T13']);
    assert.deepEqual(await lake(['2026-11-25T13', '2026-11-25T12']), forwards);
    assert.deepEqual(await lake(['2026-11-25T13', '2026-11-25T12', '2026-11-25T13', '2026-11-25T12']), forwards);
  });

  it('skips an hour whose red has not changed', async () => {
    await red.add('chat', [message('a', '2026-11-25T12:00:00Z')]);
    await refine('2026-11-25T12');
    assert.deepEqual((await refine('2026-11-25T12')).hours, []);
  });

  it('writes an hour again when red has grown, and marks it complete only at the end', async () => {
    await red.add('chat', [message('a', '2026-11-25T12:00:00Z')]);
    await refine('2026-11-25T12', false);
    assert.equal((await manifestOf('2026-11-25T12')).complete, false);
    await red.add('chat', [message('b', '2026-11-25T12:00:05Z')]);
    await refine('2026-11-25T12', false);
    assert.equal((await manifestOf('2026-11-25T12')).tables.chat?.rows, 2);
    await refine('2026-11-25T12', true);
    assert.equal((await manifestOf('2026-11-25T12')).complete, true);
  });

  it('refines an hour with tiles of several releases: with a column fewer, and with one more', async () => {
    const places = [
      await red.add('chat', [message('older', '2026-11-25T12:00:00Z')]),
      await red.add('chat', [message('now', '2026-11-25T12:00:01Z')]),
      await red.add('chat', [message('newer', '2026-11-25T12:00:02Z')]),
    ].map((path) => join(lake.directory, path));
    await red.withDatabase(async (connection) => {
      const rewrite = async (file: string, columns: string): Promise<void> => {
        await connection.run(`CREATE OR REPLACE TABLE tile AS SELECT ${columns} FROM '${file}'`);
        await connection.run(`COPY tile TO '${file}' (FORMAT parquet)`);
      };
      await rewrite(places[0] ?? '', '* EXCLUDE (collector)');
      await rewrite(places[2] ?? '', "*, 'x' AS shard");
    });
    await refine('2026-11-25T12');
    assert.deepEqual(await read('chat', '2026-11-25T12', 'message_id, collector'), [
      ['newer', 'c1'],
      ['now', 'c1'],
      ['older', null],
    ]);
  });

  it('reads only the widest of nested tiles', async () => {
    const first = await red.add('chat', [message('a', '2026-11-25T12:00:00Z')]);
    const second = await red.add('chat', [message('b', '2026-11-25T12:00:01Z')]);
    const union = new RedTiles(lake.directory, hdfs, lake.root);
    await union.add('chat', [message('a', '2026-11-25T12:00:00Z'), message('b', '2026-11-25T12:00:01Z')]);
    assert.deepEqual(await refine('2026-11-25T12'), { lines: 2, hours: ['2026-11-25T12'], damaged: [] });
    assert.ok((await hdfs.status(first)) && (await hdfs.status(second)), 'the parts still exist');
    assert.deepEqual(await read('tallies', '2026-11-25T12', 'sum(red_messages)'), [['2']]);
  });

  describe('with a compaction', () => {
    const compact = async (hour: string): Promise<{ tilesBefore: number; tilesAfter: number }> =>
      compactRedHour({ ...deps, log: silentLog }, hour, new AbortController().signal);
    const twoHours = async (): Promise<void> => {
      await red.add('chat', [message('a', '2026-11-25T12:00:00Z'), message('b', '2026-11-25T12:59:59Z')]);
      await red.add('chat', [message('a', '2026-11-25T12:00:00Z', { collector: 'c2' })]);
      await red.add('chat', [message('b', '2026-11-25T12:59:59Z', { appendedAt: '2026-11-25T13:00:01Z' })]);
      await red.add('chat', [message('c', '2026-11-25T13:00:02Z')]);
      await red.add('coverage', [tally('2026-11-25T12:00:00.000Z', 1)]);
      await red.add('coverage', [tally('2026-11-25T12:59:50.000Z', 1)]);
    };

    it('gives the same yellow from a union as from its parts, and the manifest names the union', async () => {
      await twoHours();
      const hours = ['2026-11-25T12', '2026-11-25T13'];
      const refineAll = async (): Promise<Manifest[]> => {
        for (const hour of hours) await refine(hour);
        return Promise.all(hours.map(manifestOf));
      };
      const before = await refineAll();
      assert.deepEqual(await compact('2026-11-25T12'), { tilesBefore: 4, tilesAfter: 2 });
      assert.deepEqual(await compact('2026-11-25T13'), { tilesBefore: 2, tilesAfter: 1 });
      const after = await refineAll();
      const tables = (manifests: Manifest[]): unknown => manifests.map((manifest) => manifest.tables);
      assert.deepEqual(tables(after), tables(before));
      assert.deepEqual(after[0]?.redFiles, [
        `${ROOT}/red/chat/hour=2026-11-25T12/p0-0-3.parquet`,
        `${ROOT}/red/chat/hour=2026-11-25T13/p0-3-5.parquet`,
        `${ROOT}/red/coverage/hour=2026-11-25T12/p0-0-2.parquet`,
      ]);
      assert.deepEqual(after[1]?.redFiles, [`${ROOT}/red/chat/hour=2026-11-25T13/p0-3-5.parquet`]);
      assert.deepEqual((await refine('2026-11-25T12')).hours, [], 'nothing is left to do');
    });

    /** An HDFS that runs a callback before each of the first `times` downloads. */
    const disturbed = async (times: number, happens: () => Promise<unknown>): Promise<RefinementDeps> => {
      let left = times;
      const download: Hdfs['download'] = async (path, localFile) => {
        if (left-- > 0) await happens();
        return hdfs.download(path, localFile);
      };
      const files = await openCachedFiles({ ...hdfs, download }, join(lake.directory, 'disturbed'), 2 ** 30);
      return { ...deps, files };
    };

    it('lists again when a tile was united before it was read', async () => {
      await twoHours();
      const reader = await disturbed(1, () => compact('2026-11-25T12'));
      await refineRedHour(reader, '2026-11-25T12', true, new AbortController().signal);
      assert.deepEqual(await read('chat', '2026-11-25T12', 'message_id, collector'), [
        ['a', 'c1'],
        ['b', 'c1'],
      ]);
    });

    it('fails with a retryable error after three listings whose tiles were gone', async () => {
      const path = await red.add('chat', [message('a', '2026-11-25T12:00:00Z')]);
      const reader = await disturbed(Infinity, async () => {
        throw new HdfsError('absent', `Expected a file at ${path}, found nothing.`);
      });
      await assert.rejects(refineRedHour(reader, '2026-11-25T12', true, new AbortController().signal), (error) => {
        assert.ok(error instanceof FactError && error.retryable);
        assert.match(error.message, /one gone after each of 3 listings: Expected a file at .*p0-0-1\.parquet/);
        return true;
      });
      assert.equal(await readManifest(hdfs, ROOT, '2026-11-25T12'), undefined);
    });
  });

  it('does nothing for an hour without red', async () => {
    assert.deepEqual(await refine('2026-11-25T12'), { lines: 0, hours: [], damaged: [] });
  });

  it('counts the messages of red and of yellow by collector and window of arrival', async () => {
    await red.add('chat', [
      message('a', '2026-11-25T12:00:01Z'),
      message('a', '2026-11-25T12:00:01Z', { appendedAt: '2026-11-25T12:00:12Z' }),
      message('b', '2026-11-25T12:00:13Z'),
      { line: ':tmi.twitch.tv NOTICE #haneul :no message', appendedAt: '2026-11-25T12:00:14Z' },
    ]);
    await refine('2026-11-25T12');
    assert.deepEqual(await read('tallies', '2026-11-25T12', 'window_start::VARCHAR, red_messages, yellow_messages'), [
      ['2026-11-25 12:00:00+00', '1', '1'],
      ['2026-11-25 12:00:10+00', '2', '1'],
    ]);
  });

  it('types coverage records, once each, and drops invalid ones', async () => {
    const join = {
      kind: 'join',
      collector: 'c1',
      channelId: '1',
      channelLogin: 'haneul',
      at: '2026-11-25T12:00:00.000Z',
    };
    const row = { line: JSON.stringify(join), appendedAt: '2026-11-25T12:00:01Z' };
    await red.add('coverage', [
      row,
      row,
      tally('2026-11-25T12:00:00.000Z', 3),
      { line: 'no JSON {', appendedAt: '2026-11-25T12:00:02Z' },
    ]);
    await refine('2026-11-25T12');
    assert.deepEqual(await read('coverage', '2026-11-25T12', 'kind, channel_login, received'), [
      ['join', 'haneul', null],
      ['tally', null, '3'],
    ]);
  });

  it('keeps the tally with the most messages of a window', async () => {
    const window = '2026-11-25T12:00:00.000Z';
    await red.add('coverage', [tally(window, 3), tally(window, 5), tally(window, 5), tally(window, 4)]);
    await refine('2026-11-25T12');
    assert.deepEqual(await read('coverage', '2026-11-25T12', 'received'), [['5']]);
  });

  it('uses the append time for a coverage record with an implausible time, and drops such a tally', async () => {
    const times = ['290000-01-01T00:00:00Z', 'infinity', '1970-01-01T00:00:00Z', '2026-11-25T14:00:00Z', 'yesterday'];
    const odd = times.map((at, channelId) => ({
      line: JSON.stringify({ kind: 'loss', collector: 'c1', channelId, at }),
      appendedAt: '2026-11-25T12:00:01Z',
    }));
    const wrong = { ...tally('2026-11-25T14:00:00.000Z', 1), appendedAt: '2026-11-25T12:00:01Z' };
    await red.add('coverage', [...odd, wrong, tally('2026-11-25T12:00:10.000Z', 1)]);
    assert.deepEqual((await refine('2026-11-25T12')).hours, ['2026-11-25T12']);
    assert.deepEqual(await read('coverage', '2026-11-25T12', 'kind, happened_at::VARCHAR'), [
      ...times.map(() => ['loss', '2026-11-25 12:00:01+00']),
      ['tally', '2026-11-25 12:00:10+00'],
    ]);
  });

  it('keeps one of two copies of a message even if the clock of one collector is hours behind', async () => {
    const sentAt = '2026-11-25T12:00:00Z';
    await red.add('chat', [
      message('a', sentAt),
      message('a', sentAt, { collector: 'b1', receivedAt: '2026-11-25T10:00:00Z' }),
      message('b', sentAt, { collector: 'b1', receivedAt: '2026-11-10T10:00:00Z' }),
    ]);
    assert.deepEqual((await refine('2026-11-25T12')).hours, ['2026-11-25T12']);
    assert.deepEqual(await read('chat', '2026-11-25T12', 'message_id, sent_at::VARCHAR, collector'), [
      ['a', '2026-11-25 12:00:00+00', 'c1'],
      ['b', '2026-11-25 12:00:00+00', 'b1'],
    ]);
  });

  it('types the polls of the hour', async () => {
    await writePoll(
      deps,
      [externalStream({ id: '1', viewer_count: 5 }), externalStream({ id: '2' })],
      new Date('2026-11-25T12:05:00.000Z'),
    );
    await writePoll(deps, [externalStream({ id: '1', viewer_count: 7 })], new Date('2026-11-25T13:05:00.000Z'));
    await refine('2026-11-25T12');
    assert.deepEqual(await read('streams', '2026-11-25T12', 'stream_id, viewer_count, tags'), [
      ['1', '5', ['한국어']],
      ['2', '120', ['한국어']],
    ]);
  });

  describe('with odd data from Helix', () => {
    const hour = '2026-11-25T12';
    /** Writes a poll with only these columns. */
    const poll = async (minute: number, columns: string): Promise<void> => {
      const directory = join(lake.directory, ROOT, 'red/streams/date=2026-11-25');
      await mkdir(directory, { recursive: true });
      const polledAt = `TIMESTAMPTZ '2026-11-25 12:0${minute}:00+00' AS polled_at`;
      await red.withDatabase((connection) =>
        connection.run(
          `COPY (SELECT ${polledAt}, ${columns}) TO '${directory}/poll-2026-11-25T12-0${minute}-00-000Z.parquet' (FORMAT parquet)`,
        ),
      );
    };

    it('accepts NULL in all columns except id, user_id and polled_at, and missing columns', async () => {
      await poll(1, `'1' AS id, '7001' AS user_id`);
      await poll(
        2,
        `'2' AS id, '7002' AS user_id, NULL::VARCHAR AS user_login, NULL::BIGINT AS viewer_count, 5 AS new_column`,
      );
      await poll(
        3,
        `'3' AS id, '7003' AS user_id, 'haneul' AS user_login, '' AS user_name, 'live' AS type, ['a', NULL] AS tags`,
      );
      await refine(hour);
      assert.deepEqual(
        await read('streams', hour, 'stream_id, channel_id, channel_login, channel_name, viewer_count, tags'),
        [
          ['1', '7001', null, null, null, null],
          ['2', '7002', null, null, null, null],
          ['3', '7003', 'haneul', 'haneul', null, ['a', null]],
        ],
      );
    });

    it('has NULL for implausible numbers and times, and counts that do not overflow when summed', async () => {
      const one = (id: number, viewers: string, startedAt: string): string =>
        `SELECT '${id}' AS id, '${id}' AS user_id, ${viewers} AS viewer_count, '${startedAt}' AS started_at`;
      await poll(
        1,
        `* FROM (${[
          one(1, '3000000000::BIGINT', '2026-11-25T10:00:00Z'),
          one(2, '-1::BIGINT', 'infinity'),
          one(3, '9223372036854775807::BIGINT', '290000-01-01T00:00:00Z'),
          one(4, '1000000000000::BIGINT', 'yesterday'),
        ].join(' UNION ALL ')})`,
      );
      await poll(2, `'5' AS id, '5' AS user_id, 1e300 AS viewer_count`);
      await refine(hour);
      assert.deepEqual(await read('streams', hour, 'stream_id, viewer_count, started_at::VARCHAR'), [
        ['1', '3000000000', '2026-11-25 10:00:00+00'],
        ['2', null, null],
        ['3', null, null],
        ['4', '1000000000000', null],
        ['5', null, null],
      ]);
      assert.deepEqual(await read('streams', hour, 'sum(viewer_count), typeof(any_value(viewer_count))'), [
        ['1003000000000', 'BIGINT'],
      ]);
    });

    it('keeps both streams of a channel with two', async () => {
      const at = new Date('2026-11-25T12:05:00.000Z');
      await writePoll(
        deps,
        [externalStream({ id: '1', user_id: '7001' }), externalStream({ id: '2', user_id: '7001' })],
        at,
      );
      await refine(hour);
      assert.deepEqual(await read('streams', hour, 'stream_id, channel_id'), [
        ['1', '7001'],
        ['2', '7001'],
      ]);
    });
  });

  it('accepts tallies of any size, with NULL for implausible ones', async () => {
    const counts = ['3e9', '9007199254740993', '1e300', '-5', '"many"', '{"a":1}', 'null'];
    const rows = counts.map((received, index) => ({
      line: `{"kind":"tally","collector":"c${index}","window":"2026-11-25T12:00:00.000Z","received":${received},"acknowledged":3000000000}`,
      appendedAt: '2026-11-25T12:00:11Z',
    }));
    await red.add('coverage', rows);
    await refine('2026-11-25T12');
    assert.deepEqual(await read('coverage', '2026-11-25T12', 'collector, received, acknowledged'), [
      ['c0', '3000000000', '3000000000'],
      ...counts.slice(1).map((_, n) => [`c${n + 1}`, null, '3000000000']),
    ]);
  });

  it('has enough memory for many foreign records of a megabyte each', async () => {
    const record = {
      kind: 'loss',
      collector: 'c1',
      channelId: '7',
      channelLogin: 'haneul',
      at: '2026-11-25T12:00:00Z',
    };
    const huge = Array.from({ length: 40 }, (_, n) => ({ ...record, reason: String(n).padEnd(900_000, 'x') }));
    const appendedAt = '2026-11-25T12:00:01Z';
    await red.add(
      'coverage',
      [...huge, { ...record, reason: 'ours' }].map((it) => ({ line: JSON.stringify(it), appendedAt })),
    );
    await refine('2026-11-25T12');
    const kinds = (await read('coverage', '2026-11-25T12', 'kind, reason')).filter(([kind]) => kind !== null);
    assert.deepEqual(kinds, [['loss', 'ours']]);
  });

  it('keeps a loss whose reason ends with half a surrogate pair', async () => {
    const line = JSON.stringify({
      kind: 'loss',
      collector: 'c1',
      channelLogin: 'haneul',
      reason: 'cut 👍'.slice(0, -1),
    });
    await red.add('coverage', [{ line, appendedAt: '2026-11-25T12:00:11Z' }]);
    await refine('2026-11-25T12');
    assert.deepEqual(await read('coverage', '2026-11-25T12', 'kind, channel_login, reason'), [
      ['loss', 'haneul', 'cut \ufffd'],
    ]);
  });

  it('puts a line with an implausible arrival time into the hour in which it was appended', async () => {
    for (const receivedAt of ['+275760-09-13T00:00:00.000Z', '1970-01-01T00:00:00Z']) {
      const line = `PRIVMSG #haneul :from ${receivedAt}`;
      await red.add('chat', [{ line, appendedAt: '2026-11-25T12:00:01Z', receivedAt }]);
    }
    assert.deepEqual((await refine('2026-11-25T12')).hours, ['2026-11-25T12']);
    assert.deepEqual(await read('chat', '2026-11-25T12', 'count(*)'), [['2']]);
  });

  it('keeps one row of a deletion whose copies have no time, and of a ban from two collectors', async () => {
    const deletion = '@login=lark;room-id=;target-msg-id=m1 :tmi.twitch.tv CLEARMSG #haneul :bad';
    const ban = '@room-id=7001;target-user-id=9 :tmi.twitch.tv CLEARCHAT #haneul :lark';
    const action = (line: string, collector: string, second: string, key = '7001'): TestRow => {
      return { line, collector, key, appendedAt: `2026-11-25T12:00:${second}Z` };
    };
    await red.add('chat', [
      action(deletion, 'c1', '01.000'),
      action(deletion, 'c2', '41.500', 'haneul'),
      action(ban, 'c1', '02.000'),
      action(ban, 'c2', '02.100'),
      action(ban, 'c1', '40.000'),
    ]);
    await refine('2026-11-25T12');
    assert.deepEqual(await read('moderation', '2026-11-25T12', 'kind, appended_at::VARCHAR, collector'), [
      ['message deleted', '2026-11-25 12:00:01+00', 'c1'],
      ['user banned', '2026-11-25 12:00:02+00', 'c1'],
      ['user banned', '2026-11-25 12:00:40+00', 'c1'],
    ]);
  });

  for (const command of ['PRIVMSG', 'USERNOTICE', 'CLEARMSG'])
    it(`refines a ${command} with a hundred thousand unknown tags, and keeps the last 4,096`, async () => {
      const names = Array.from({ length: 100_000 }, (_, index) => `t${index}`);
      const line = `@id=1;target-msg-id=1;${names.join(';')} :lark!lark@lark ${command} #haneul :hi`;
      await red.add('chat', [{ line, appendedAt: '2026-11-25T12:00:00Z' }]);
      await refine('2026-11-25T12');
      const table = command === 'PRIVMSG' ? 'chat' : command === 'USERNOTICE' ? 'events' : 'moderation';
      const shown = 'cardinality(other_tags), map_keys(other_tags)[-1]';
      assert.deepEqual(await read(table, '2026-11-25T12', shown), [['4096', 't99999']]);
    });

  it('refines records that no collector sent, by their append time', async () => {
    await red.add('chat', [{ line: 'PRIVMSG #haneul :stray', appendedAt: '2026-11-25T12:00:01Z', receivedAt: null }]);
    await refine('2026-11-25T12');
    assert.deepEqual(await read('chat', '2026-11-25T12', 'message_id, text'), [['twitch.chat-0-0', 'stray']]);
  });

  it('stops between two hours when cancelled', async () => {
    await red.add('chat', [message('a', '2026-11-25T12:00:00Z')]);
    const aborted = AbortSignal.abort(new Error('cancelled'));
    await assert.rejects(refineRedHour(deps, '2026-11-25T12', true, aborted), /cancelled/);
    assert.equal(await readManifest(hdfs, ROOT, '2026-11-25T12'), undefined);
  });
});
