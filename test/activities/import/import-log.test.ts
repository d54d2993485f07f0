import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { literals } from '../../../activities/duckdb/literal.ts';
import { readClosedHours } from '../../../activities/import/closed-hours.ts';
import { importLog } from '../../../activities/import/import-log.ts';
import type { LogCounts, Position } from '../../../activities/import/import-log.ts';
import { openLog, readLog, timesUntil } from '../../../activities/import/read-log.ts';
import { recordRemoval } from '../../../activities/red/removed.ts';
import { listHours } from '../../../activities/red/list-tiles.ts';
import { manifestPath, tablePath } from '../../../activities/yellow/manifest.ts';
import type { YellowTable } from '../../../activities/yellow/manifest.ts';
import { listYellowHours } from '../../../activities/yellow/list-hours.ts';
import { refineRedHour } from '../../../activities/yellow/refinement.ts';
import { silentLog } from '../../../common/log.ts';
import { readDayState } from '../../../activities/report/day-state.ts';
import { readDay } from '../../../activities/report/read-day.ts';
import { updateRollups } from '../../../activities/report/rollup-hours.ts';
import { openStore } from '../../../activities/report/rollup-store.ts';
import { limitToDay } from '../../../activities/report/scope.ts';
import { localeOf } from '../../../viz/locale.ts';
import { verdict } from '../../../viz/pages/verdict.ts';
import { plain } from '../../viz/plain.ts';
import { RedTiles } from '../../integration/red-tiles.ts';
import { SERVERS_TIMEOUT_MS } from '../../integration/servers.ts';
import { createLakeDeps } from '../../integration/test-lake.ts';
import type { LakeDeps } from '../../integration/test-lake.ts';
import { createInstallation, load } from '../load/installation.ts';
import type { Installation } from '../load/installation.ts';
import { readTopic } from '../kafka/real-kafka.ts';
import { asParsed } from './as-parsed.ts';
import type { ParsedRow } from './as-parsed.ts';

const LOGS = join(import.meta.dirname, 'logs');
const RAW = join(LOGS, 'haneul.irc');
const NO_REPORT = { reached: () => {}, problem: () => {} };

describe('importLog(deps, log) with real Kafka and HDFS', function () {
  this.timeout(240_000);
  let installation: Installation;
  let lake: LakeDeps;
  let directory: string;
  let runs = 0;

  beforeEach(async function () {
    this.timeout(SERVERS_TIMEOUT_MS);
    installation = await createInstallation(2);
    directory = await mkdtemp(join(tmpdir(), 'import-test-'));
    const { hdfs, options } = installation;
    lake = await createLakeDeps(hdfs, options.root, new RedTiles(directory, hdfs, options.root));
  });
  afterEach(async () => {
    await installation.remove();
    await rm(directory, { recursive: true, force: true });
  });

  async function importFile(path: string, more: Partial<Parameters<typeof importLog>[2]> = {}): Promise<LogCounts> {
    const { kafka, topics } = installation;
    const closedHours = await readClosedHours(lake, undefined);
    const deps = { kafka, topics, collector: `import-test-${++runs}`, closedHours, log: silentLog, now: Date.now };
    const log = await openLog(path, timesUntil(Date.now()));
    return importLog(deps, log, { from: 0, report: NO_REPORT, signal: new AbortController().signal, ...more });
  }

  /** Loads what Kafka has, and refines it: as at the end of the hour. @returns the hours of yellow that were written */
  async function refine(): Promise<string[]> {
    await load(installation);
    const written: string[] = [];
    for (const hour of await listHours(lake.hdfs, lake.root, 'chat'))
      written.push(...(await refineRedHour(lake, hour, true, new AbortController().signal)).hours);
    return written.sort();
  }

  /** A query over all hours of a table. */
  async function query(table: YellowTable, sql: (rows: string) => string): Promise<Record<string, unknown>[]> {
    const files: string[] = [];
    for (const hour of await listYellowHours(lake.hdfs, lake.root)) {
      const file = await lake.hdfs.status(tablePath(lake.root, table, hour));
      if (file !== undefined) files.push(await lake.files.fetch(file));
    }
    if (files.length === 0) return [];
    return lake.withDatabase(async (connection) => {
      const read = await connection.runAndReadAll(sql(`read_parquet(${literals(files)})`));
      return read.getRowObjectsJson();
    });
  }

  /** Compares each message and notice of a log with its row. */
  async function assertAsParsed(path: string): Promise<void> {
    const expected: Record<'chat' | 'events', ParsedRow[]> = { chat: [], events: [] };
    const log = await openLog(path, timesUntil(Date.now()));
    for await (const { lines } of readLog(log, timesUntil(Date.now())))
      for (const { read } of lines) {
        const parsed = 'line' in read ? asParsed(read.line.line.toString()) : undefined;
        if (parsed !== undefined) expected[parsed.table].push(parsed.row);
      }
    for (const table of ['chat', 'events'] as const) {
      const id = table === 'chat' ? 'message_id' : 'event_id';
      const rows = await query(table, (all) => `SELECT * REPLACE (epoch_ms(sent_at)::VARCHAR AS sent_at) FROM ${all}`);
      const byId = new Map(rows.map((row) => [row[id], row]));
      assert.equal(byId.size, rows.length, `one row per id of ${table}`);
      assert.equal(rows.length, new Set(expected[table].map((row) => row[id])).size);
      for (const row of expected[table]) {
        const found = byId.get(row[id]) ?? {};
        const same = Object.fromEntries(
          Object.keys(row).map((column) => [column, orEmpty(found[column], row[column])]),
        );
        assert.deepEqual(same, row);
      }
    }
  }
  /** A list of nothing may be null. */
  const orEmpty = (found: unknown, expected: unknown): unknown =>
    Array.isArray(expected) && expected.length === 0 && found === null ? [] : found;

  async function imported(path: string, { rows, problems }: { rows: number; problems: number }): Promise<void> {
    const first = await importFile(path);
    assert.deepEqual([first.imported, first.problems], [rows, problems]);
    await refine();
    const count = async () => (await query('chat', (all) => `SELECT count(*) AS n FROM ${all}`))[0]?.['n'];
    const moderated = async () => (await query('moderation', (all) => `SELECT count(*) AS n FROM ${all}`))[0]?.['n'];
    const before = [await count(), await moderated()];
    await assertAsParsed(path);
    assert.equal((await importFile(path)).imported, rows);
    await refine();
    assert.deepEqual([await count(), await moderated()], before);
    await assertAsParsed(path);
  }

  it('gives each message one row with the values of another parser, also if it is imported twice', async () => {
    await imported(RAW, { rows: 29, problems: 0 });
    const hours = await listYellowHours(lake.hdfs, lake.root);
    assert.deepEqual(hours.slice(0, -1), ['2024-01-06T16', '2024-01-06T17', '2024-01-07T16']);
    assert.deepEqual(
      await query(
        'moderation',
        (all) => `SELECT kind, target_user_login, epoch_ms(sent_at)::VARCHAR AS at FROM ${all} ORDER BY ALL`,
      ),
      [
        { kind: 'message deleted', target_user_login: 'wren', at: '1704558003000' },
        { kind: 'user banned', target_user_login: 'finch', at: '1704558003000' },
        { kind: 'user timed out', target_user_login: 'crow', at: '1704558002000' },
      ],
    );
    const unnamed = await query('chat', (all) => `SELECT message_id FROM ${all} WHERE text = 'neither id nor time'`);
    assert.equal(unnamed.length, 2);
  });

  it('has sums that agree on the page of the day in which the messages were sent', async () => {
    await importFile(RAW);
    await importFile(RAW);
    await refine();
    const pageOf = async (day: string) => {
      const state = await readDayState(lake, day);
      const { summary } = await lake.withDatabase(async (connection) => {
        await openStore(connection, lake.rollupsFile, silentLog);
        await updateRollups(connection, lake, day, new AbortController().signal);
        await limitToDay(connection, day);
        return readDay(connection, day, state, new Date());
      });
      return summary;
    };
    const old = await pageOf('2024-01-06');
    const { received, acknowledged, red, yellow, duplicates, redTwice, redUntold, windowsOff } = old.sums;
    assert.deepEqual(
      { received, acknowledged, red, yellow, duplicates, redTwice, redUntold, windowsOff },
      { received: 38, acknowledged: 38, red: 38, yellow: 19, duplicates: 19, redTwice: 0, redUntold: 0, windowsOff: 0 },
    );
    assert.match(plain(verdict(old, localeOf('en')).sentence), /^All 38 received messages are stored\.$/);
    assert.deepEqual(
      old.collectors.map(({ collector, received: it }) => [collector, it]),
      [
        [`import-test-${runs - 1}`, 19],
        [`import-test-${runs}`, 19],
      ],
    );
    const today = await pageOf(new Date().toISOString().slice(0, 10));
    assert.deepEqual([today.sums.received, today.sums.red, today.sums.yellow], [0, 0, 0]);
  });

  it('goes on after the last acknowledged line, with the same rows as in one run', async () => {
    const lines = Array.from(
      { length: 20_000 },
      (_, place) =>
        `@id=m${place};room-id=7001;tmi-sent-ts=${1704557984000 + place * 10} :lark!lark@lark.tmi.twitch.tv PRIVMSG #haneul :number ${place}`,
    );
    const path = join(directory, 'long.irc');
    writeFileSync(path, lines.join('\n'));
    const abort = new AbortController();
    const positions: Position[] = [];
    const reached = (position: Position): void => {
      positions.push(position);
      abort.abort(new Error('stopped'));
    };
    await assert.rejects(importFile(path, { signal: abort.signal, report: { ...NO_REPORT, reached } }), /stopped/);
    const from = positions.at(-1)?.number ?? 0;
    assert.ok(from >= 5_000 && from < lines.length, `${from}`);
    assert.equal((await importFile(path, { from })).imported, lines.length - from);
    const sent = await readTopic(installation.kafka, installation.topics.chat);
    assert.equal(sent.length, lines.length);
    await refine();
    const [row] = await query('chat', (all) => `SELECT count(*) AS n, count(DISTINCT message_id) AS ids FROM ${all}`);
    assert.deepEqual(row, { n: '20000', ids: '20000' });
  });

  it('adds no row to an hour that was collected live, and keeps what was collected', async () => {
    const { kafka, topics } = installation;
    const live = readFileSync(RAW, 'utf8').split('\r\n')[0] ?? '';
    const sentAt = Date.now();
    const line = live.replace(/tmi-sent-ts=\d+/, `tmi-sent-ts=${sentAt}`);
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({
      topic: topics.chat,
      messages: [{ key: '7001', value: line, headers: { receivedAt: String(sentAt + 50), collector: 'live' } }],
    });
    await producer.disconnect();
    const path = join(directory, 'copy.irc');
    writeFileSync(path, `${line}\n`);
    await importFile(path);
    await refine();
    const rows = await query('chat', (all) => `SELECT collector, epoch_ms(received_at)::VARCHAR AS at FROM ${all}`);
    assert.deepEqual(rows, [{ collector: 'live', at: String(sentAt + 50) }]);
    assert.notEqual(
      await lake.hdfs.status(manifestPath(lake.root, new Date(sentAt).toISOString().slice(0, 13))),
      undefined,
    );
  });

  it('leaves out lines of hours whose red was removed, because yellow could not take them', async () => {
    await importFile(RAW);
    await refine();
    const before = await query('chat', (all) => `FROM ${all} ORDER BY message_id`);
    for (const hour of await listHours(lake.hdfs, lake.root, 'chat'))
      await recordRemoval(lake.hdfs, lake.root, hour, new Date().toISOString());
    const path = join(directory, 'more.irc');
    const line = (id: string, at: string) =>
      `@id=${id};room-id=7001;tmi-sent-ts=${Date.parse(at)} :lark!lark@lark.tmi.twitch.tv PRIVMSG #haneul :hi`;
    writeFileSync(path, [line('old', '2024-01-06T16:30:00Z'), line('new', '2024-01-06T18:30:00Z')].join('\n'));
    const { imported: count, tooLate } = await importFile(path);
    assert.deepEqual([count, tooLate], [1, 1]);
    const again = await importFile(RAW);
    assert.deepEqual([again.imported, again.tooLate], [0, 29]);
    const sent = await readTopic(installation.kafka, installation.topics.chat);
    assert.equal(sent.length, 29 + 1);
    assert.deepEqual(await query('chat', (all) => `FROM ${all} ORDER BY message_id`), before);
  });

  const recorded = process.env['RECORDED_LINES'];
  if (recorded === undefined) it('reads recorded lines as another parser does (not run: RECORDED_LINES names no file)');
  else
    it('reads recorded lines as another parser does', async () => {
      const commands = readFileSync(recorded, 'utf8').match(
        /^(@\S+ )?(:\S+ )?(PRIVMSG|USERNOTICE|CLEARCHAT|CLEARMSG) /gm,
      );
      await imported(recorded, { rows: commands?.length ?? 0, problems: 0 });
    });
});
