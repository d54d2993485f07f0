import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { updateRollups } from '../../../activities/report/rollup-hours.ts';
import { openStore, STORE } from '../../../activities/report/rollup-store.ts';
import { createYellowViews, NO_FILES } from '../../../activities/report/views.ts';
import { refineRedHour } from '../../../activities/yellow/refinement.ts';
import { YELLOW_TABLES } from '../../../activities/yellow/manifest.ts';
import { silentLog } from '../../../common/log.ts';
import { ROLLUP_VIEWS, ROLLUPS } from '../../../viz/rollups.ts';
import { writePoll } from '../../integration/write-poll.ts';
import { openTestLake } from '../../integration/test-lake.ts';
import type { TestLake } from '../../integration/test-lake.ts';
import type { TestRow } from '../../integration/red-tiles.ts';
import { externalStream } from '../twitch/external-stream.ts';

const HOURS = ['2026-11-25T11', '2026-11-25T12', '2026-11-25T13'] as const;
const NOW = Date.parse('2026-11-25T14:00:00Z');

/** A line at a time like `12:00:01`. */
function saidAt(time: string, tags: string, rest: string): TestRow {
  const at = `2026-11-25T${time}Z`;
  return { line: `@tmi-sent-ts=${Date.parse(at)};${tags} ${rest}`, appendedAt: at, receivedAt: at };
}

const message = (time: string, user: string, text: string, tags = ''): TestRow =>
  saidAt(time, `id=${user}-${time};room-id=7;user-id=${user}${tags}`, `:u${user}!u${user}@x PRIVMSG #haneul :${text}`);

describe('updateRollups(connection, deps, day, signal)', () => {
  let lake: TestLake;
  beforeEach(async () => {
    lake = await openTestLake('rollups');
  });
  afterEach(() => lake.remove());

  const refine = (hour: string): Promise<unknown> => refineRedHour(lake.deps, hour, true, new AbortController().signal);

  const withStore = <T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> =>
    lake.deps.withDatabase(async (connection) => {
      await openStore(connection, lake.deps.rollupsFile, silentLog);
      return work(connection);
    });
  const update = (files = lake.deps.files): Promise<void> =>
    withStore((connection) =>
      updateRollups(connection, { ...lake.deps, files, now: () => NOW }, '2026-11-25', new AbortController().signal),
    );
  const rowsOf = async (connection: DuckDBConnection, sql: string): Promise<string[]> =>
    (await connection.runAndReadAll(sql))
      .getRowsJson()
      .map((row) => JSON.stringify(row))
      .sort();
  const stored = (sql: string): Promise<string[]> => withStore((connection) => rowsOf(connection, sql));

  /** The rows of each rollup as a view over all of yellow. */
  const atOnce = (): Promise<Record<string, string[]>> =>
    lake.deps.withDatabase(async (connection) => {
      const files = YELLOW_TABLES.map((table) => [
        table,
        HOURS.map((hour) => ({
          path: join(lake.directory, lake.root, `yellow/${table}/hour=${hour}/part.parquet`),
          hour,
        })).filter(({ path }) => existsSync(path)),
      ]);
      await createYellowViews(connection, { ...NO_FILES, ...(Object.fromEntries(files) as object) });
      await connection.run(ROLLUP_VIEWS);
      const rows: Record<string, string[]> = {};
      for (const { name } of ROLLUPS) rows[name] = await rowsOf(connection, `FROM ${name}`);
      return rows;
    });

  /** Three hours of chat, polls, coverage and moderation, in which each rollup has rows. */
  async function fillRed(): Promise<void> {
    for (const [index, hour] of HOURS.entries()) {
      const at = (minute: string): string => `${hour.slice(11)}:${minute}`;
      await lake.red.add('chat', [
        message(at('00:01'), '1', 'good game 좋은 게임 ㅋㅋㅋㅋㅋ'),
        message(at('00:02'), '2', 'good ㅋㅋ https://good.example/game Kappa', ';emotes=25:34-38'),
        message(at('00:03'), '3', 'Kappa good', ';emotes=25:0-4;first-msg=1'),
        message(at('20:00'), '1', 'quiet'),
        message(at('30:00'), '4', '!good', ';badges=bot-badge/1'),
        message(at('30:01'), '5', 'good copy', ';source-id=x;source-room-id=8'),
        saidAt(at('40:00'), `id=e${index};room-id=7;user-id=1;login=u1;msg-id=raid;msg-param-viewerCount=${index + 5}`, ':tmi.twitch.tv USERNOTICE #haneul'), // prettier-ignore
        { line: 'a line that nobody can read', appendedAt: `2026-11-25T${at('50:00')}Z` },
      ]);
      const polled = new Date(`${hour}:10:00Z`);
      await writePoll(lake.deps, [externalStream({ user_id: '7', viewer_count: 10 + index }), externalStream({ user_id: '9', id: '99', game_name: '' })], polled); // prettier-ignore
      const tally = { kind: 'tally', window: `${hour}:00:00Z`, received: 3, acknowledged: 3 };
      const join = { kind: 'join', channelId: '7', channelLogin: 'haneul', at: `${hour}:00:00Z` };
      await lake.red.add('coverage', [tally, join].map((it) => ({ line: JSON.stringify({ collector: 'c1', ...it }), appendedAt: `${hour}:00:10Z` }))); // prettier-ignore
    }
  }

  it('has the same rows as the views over all of yellow, however the hours came', async () => {
    await fillRed();
    await refine(HOURS[1]);
    await update();
    await refine(HOURS[0]);
    await refine(HOURS[2]);
    await update();
    // A late message, and a time-out that hides what was said in the hour before.
    await lake.red.add('chat', [
      message('11:00:04', '6', 'good Kappa', ';emotes=25:5-9'),
      saidAt('13:00:30', 'room-id=7;target-user-id=2', ':tmi.twitch.tv CLEARCHAT #haneul :u2'),
      saidAt('13:00:31', 'room-id=7;login=u3;target-msg-id=3-12:00:03', ':tmi.twitch.tv CLEARMSG #haneul :x'),
    ]);
    for (const hour of HOURS) await refine(hour);
    await update();
    for (const [name, rows] of Object.entries(await atOnce())) {
      assert.notEqual(rows.length, 0, name);
      assert.deepEqual(await stored(`FROM ${STORE}.${name}`), rows, name);
    }
    const wordsAt = (hour: string): Promise<string[]> =>
      stored(`SELECT word, messages FROM ${STORE}.words WHERE hour = '${hour}'`);
    assert.deepEqual(await wordsAt(HOURS[0]), ['["good","3"]'], 'without user 2, who was timed out within a day');
    assert.deepEqual(await wordsAt(HOURS[1]), [], 'without user 2, and without the deleted message of user 3');
  });

  it('shows no word that one person alone has said, and takes runs of ㅋ for one word', async () => {
    await fillRed();
    for (const hour of HOURS) await refine(hour);
    await update();
    assert.deepEqual(await stored(`SELECT DISTINCT word, messages FROM ${STORE}.words`), [
      '["good","3"]',
      '["ㅋㅋ","2"]',
    ]);
    assert.deepEqual(await stored(`SELECT DISTINCT emote, messages FROM ${STORE}.emotes`), ['["Kappa","2"]']);
    assert.deepEqual(await stored(`SELECT DISTINCT kind, term, messages FROM ${STORE}.moments`), [
      '["emote","Kappa","2"]',
      '["word","good","3"]',
      '["word","ㅋㅋ","2"]',
    ]);
  });

  it('makes words again that moderators hid before an attempt died', async () => {
    await fillRed();
    for (const hour of HOURS) await refine(hour);
    await update();
    const said = (): Promise<string[]> =>
      stored(`SELECT messages FROM ${STORE}.words WHERE hour = '${HOURS[1]}' AND word = 'good'`);
    assert.deepEqual(await said(), ['["3"]']);
    await lake.red.add('chat', [
      saidAt('13:00:30', 'room-id=7;target-user-id=2', ':tmi.twitch.tv CLEARCHAT #haneul :u2'),
    ]);
    await refine(HOURS[2]);
    const fetch: typeof lake.deps.files.fetch = (file) =>
      file.path.includes(HOURS[1]) ? Promise.reject(new Error('killed')) : lake.deps.files.fetch(file);
    await assert.rejects(update({ ...lake.deps.files, fetch }), /killed/);
    assert.deepEqual(await said(), ['["3"]']);
    await update();
    assert.deepEqual(await said(), ['["2"]']);
  });

  it('adds up an hour again that an attempt has not finished', async () => {
    await fillRed();
    for (const hour of HOURS) await refine(hour);
    const fetch: typeof lake.deps.files.fetch = (file) =>
      file.path.includes('/chat/') ? Promise.reject(new Error('killed')) : lake.deps.files.fetch(file);
    await assert.rejects(update({ ...lake.deps.files, fetch }), /killed/);
    assert.notDeepEqual(await stored(`FROM ${STORE}.records`), []);
    await update();
    for (const [name, rows] of Object.entries(await atOnce()))
      assert.deepEqual(await stored(`FROM ${STORE}.${name}`), rows, name);
  });

  it('asks no file of an hour that has not changed', async () => {
    await fillRed();
    for (const hour of HOURS) await refine(hour);
    await update();
    const before = await stored(`SELECT hour, version FROM ${STORE}.hours`);
    const fetched: string[] = [];
    const files = { ...lake.deps.files, fetch: (file: { path: string }) => (fetched.push(file.path), assert.fail()) };
    await withStore((connection) =>
      updateRollups(connection, { ...lake.deps, files, now: () => NOW }, '2026-11-25', new AbortController().signal),
    );
    assert.deepEqual(fetched, []);
    assert.deepEqual(await stored(`SELECT hour, version FROM ${STORE}.hours`), before);
    assert.equal(before.length, HOURS.length);
  });

  it('makes everything anew if the file is damaged or was made by another version', async () => {
    await fillRed();
    for (const hour of HOURS) await refine(hour);
    await update();
    const words = await stored(`FROM ${STORE}.words`);
    assert.notEqual(words.length, 0);
    await withStore((connection) => connection.run(`UPDATE ${STORE}.about SET version = 'another'`));
    await update();
    assert.deepEqual(await stored(`FROM ${STORE}.words`), words);
    await writeFile(lake.deps.rollupsFile, 'no database');
    await update();
    assert.deepEqual(await stored(`FROM ${STORE}.words`), words);
  });

  it('forgets an hour that yellow no longer has', async () => {
    await fillRed();
    for (const hour of HOURS) await refine(hour);
    await update();
    await rm(join(lake.directory, lake.root, `yellow/manifests/${HOURS[0]}.json`));
    await update();
    for (const { name } of [...ROLLUPS, { name: 'hours' }])
      assert.deepEqual(await stored(`SELECT hour FROM ${STORE}.${name} WHERE hour = '${HOURS[0]}'`), [], name);
  });
});
