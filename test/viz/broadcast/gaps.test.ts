import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabases } from '../../../activities/duckdb/database.ts';
import type { BroadcastData } from '../../../viz/broadcast/broadcast-data.ts';
import { insert, makeYellow, readMade } from './made-broadcast.ts';

/** `12:03` or `12:03:07`, on the day of the broadcast. */
const at = (time: string): string => `TIMESTAMPTZ '2026-11-25 ${time.length === 5 ? `${time}:00` : time}+00'`;
/** kind, collector, time, and the reason or the end of a fill. */
type Record = [kind: string, collector: string, time: string, more?: string];

describe('the gaps of a broadcast from 12:00 to 13:00', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'chatlake-gaps-'));
  });
  after(() => rm(directory, { recursive: true, force: true }));

  /** @param tallies each collector, and from when to when it reports */
  const read = (
    records: Record[],
    tallies: [collector: string, from: string, to: string][] = [['c1', '11:50', '13:10']],
    { isLive = false, messages = 0 } = {},
  ): Promise<BroadcastData> =>
    createDatabases({ scratchDirectory: directory, memoryLimitMb: 256, threads: 1 })(async (connection) => {
      await makeYellow(connection);
      const polled = isLive ? '12:55' : '13:00';
      await insert(
        connection,
        'streams',
        `SELECT polled_at, CASE WHEN polled_at < ${at('13:00')} THEN '4001' ELSE '4002' END AS stream_id,
          CASE WHEN polled_at < ${at('13:00')} THEN '7' ELSE '8' END AS channel_id, 'haneul' AS channel_login, ${at('12:00')} AS started_at, 5 AS viewer_count
        FROM (SELECT unnest(generate_series(${at('12:00')}, ${at(polled)}, INTERVAL 5 MINUTE)) AS polled_at)`,
      );
      for (const [kind, collector, time, more] of records)
        await insert(
          connection,
          'coverage',
          `SELECT '${kind}' AS kind, '${collector}' AS collector, ${at(time)} AS happened_at, '7' AS channel_id, 'haneul' AS channel_login,
            ${kind === 'fill' ? `NULL AS reason, ${at(more ?? '')} AS filled_until` : `${more === undefined ? 'NULL' : `'${more}'`} AS reason`}`,
        );
      for (const [collector, from, to] of tallies)
        await insert(
          connection,
          'coverage',
          `SELECT 'tally' AS kind, '${collector}' AS collector, unnest(generate_series(${at(from)}, ${at(to)}, INTERVAL 10 SECOND)) AS happened_at`,
        );
      if (messages > 0)
        await insert(
          connection,
          'chat',
          `SELECT i::VARCHAR AS message_id, '7' AS channel_id, 'haneul' AS channel_login, 'u' AS user_id, 'x' AS text, ${at('12:30')} AS sent_at,
            ${at('12:30')} AS received_at FROM (SELECT unnest(generate_series(1, ${messages})) AS i)`,
        );
      return readMade(connection, '4001');
    });
  const gapsOf = ({ rows }: BroadcastData): string[] =>
    rows.gaps.map(
      ({ from, to, reason, isFilled }) =>
        `${from.slice(11, 19)}–${to.slice(11, 19)} ${reason}${isFilled ? ', filled' : ''}`,
    );

  it('are none for a room that was joined before and left after it', async () => {
    assert.deepEqual(gapsOf(await read([['join', 'c1', '11:55'], ['end', 'c1', '13:05', 'CANCELLED']])), []); // prettier-ignore
  });
  it('are none for a room that was joined hours before and is still heard', async () => {
    assert.deepEqual(gapsOf(await read([['join', 'c1', '03:00']])), []);
  });
  it('begin with the broadcast if nobody had joined yet', async () => {
    assert.deepEqual(gapsOf(await read([['join', 'c1', '12:03:07']])), ['12:00:00–12:03:07 nobody had joined yet']);
  });
  it('are from a loss to the next join, with the reason', async () => {
    const records: Record[] = [['join', 'c1', '11:55'], ['loss', 'c1', '12:20', 'closed'], ['join', 'c1', '12:21']]; // prettier-ignore
    assert.deepEqual(gapsOf(await read(records)), ['12:20:00–12:21:00 closed']);
  });
  it('are none while another collector listens', async () => {
    const records: Record[] = [['join', 'c1', '11:55'], ['join', 'c2', '12:10'], ['loss', 'c1', '12:20', 'closed'], ['join', 'c1', '12:30'], ['end', 'c2', '12:40', 'x']]; // prettier-ignore
    assert.deepEqual(gapsOf(await read(records, [['c1', '11:50', '13:10'], ['c2', '11:50', '13:10']])), []); // prettier-ignore
  });
  it('begin with the last tally of a run that crashed', async () => {
    const crashed = await read([['join', 'c1', '11:55']], [['c1', '11:50', '12:29:50']]);
    assert.deepEqual(gapsOf(crashed), ['12:30:00–13:00:00 the collector stopped reporting']);
    const replaced: Record[] = [['join', 'c1', '11:55'], ['join', 'c2', '12:31']]; // prettier-ignore
    const tallies: [string, string, string][] = [['c1', '11:50', '12:29:50'], ['c2', '12:31', '13:10']]; // prettier-ignore
    assert.deepEqual(gapsOf(await read(replaced, tallies)), ['12:30:00–12:31:00 the collector stopped reporting']);
  });
  it('are all of it if the run had crashed before', async () => {
    const crashed = await read([['join', 'c1', '11:00']], [['c1', '11:00', '11:40']]);
    assert.deepEqual(gapsOf(crashed), ['12:00:00–13:00:00 nobody had joined yet']);
  });
  it('are all of it, and no message is known, if nobody listened to the channel', async () => {
    const data = await read([]);
    assert.deepEqual(gapsOf(data), ['12:00:00–13:00:00 nobody listened']);
    assert.ok(data.rows.timeline.every(({ messages, missing }) => messages === null && missing === 'nobody listened'));
  });
  it('have the reason for which a room could not be joined', async () => {
    const refused = await read([['loss', 'c1', '12:03', 'msg_banned']]);
    assert.deepEqual(gapsOf(refused), ['12:00:00–13:00:00 msg_banned']);
  });
  it('are cut where lines were fetched later', async () => {
    const records: Record[] = [['join', 'c1', '11:55'], ['loss', 'c1', '12:20', 'closed'], ['join', 'c1', '12:30'], ['fill', 'fill-1', '12:22', '12:27']]; // prettier-ignore
    const data = await read(records);
    assert.deepEqual(gapsOf(data), [
      '12:20:00–12:22:00 closed',
      '12:22:00–12:27:00 closed, filled',
      '12:27:00–12:30:00 closed',
    ]);
    const slot = (time: string): unknown => data.rows.timeline.find((it) => it.at === `2026-11-25T${time}Z`)?.messages;
    assert.deepEqual([slot('12:21:50'), slot('12:22:00'), slot('12:26:50'), slot('12:27:00')], [null, 0, 0, null]);
  });
  it('do not begin after the last poll, because the broadcast may have ended', async () => {
    const ended = await read([['join', 'c1', '11:55'], ['end', 'c1', '12:58', 'CANCELLED']]); // prettier-ignore
    assert.deepEqual(gapsOf(ended), []);
    assert.equal(ended.rows.timeline.at(-1)?.at, '2026-11-25T12:55:00Z');
    const lost = await read([['join', 'c1', '11:55'], ['loss', 'c1', '12:54', 'closed']]); // prettier-ignore
    assert.deepEqual(gapsOf(lost), ['12:54:00–13:00:00 closed']);
  });
  it('of a live broadcast end with its last poll, and its newest tallies may be late', async () => {
    const data = await read([['join', 'c1', '11:55']], [['c1', '11:50', '12:54']], { isLive: true });
    assert.equal(data.summary.isLive, true);
    assert.deepEqual(gapsOf(data), []);
    const silent = await read([['join', 'c1', '11:55']], [['c1', '11:50', '12:49:50']], { isLive: true });
    assert.deepEqual(gapsOf(silent), ['12:50:00–12:55:00 the collector stopped reporting']);
  });
  it('are unknown for chat that was imported', async () => {
    const data = await read([], [], { messages: 3 });
    assert.deepEqual(gapsOf(data), []);
    assert.equal(data.summary.hasRecords, false);
    assert.deepEqual(data.rows.timeline.filter(({ messages }) => messages !== 0).map(({ at: time, messages }) => [time, messages]), [['2026-11-25T12:30:00Z', 3]]); // prettier-ignore
  });
});
