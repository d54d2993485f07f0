import assert from 'node:assert/strict';
import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tablePath } from '../../activities/yellow/manifest.ts';
import type { TestLake } from '../integration/test-lake.ts';
import { openCalmLake } from './calm.ts';
import type { SentLine } from './sent-lines.ts';
import { fetchYellow } from './yellow-files.ts';

const HOURS = ['2026-11-25T13', '2026-11-25T14'];
const sent = HOURS.map((hour): SentLine => {
  const atMs = Date.parse(`${hour}:30:00Z`);
  const line = Buffer.from(`@id=${hour};tmi-sent-ts=${atMs} :a!a@a.tmi.twitch.tv PRIVMSG #haru :good day`);
  return { channelLogin: 'haru', line, atMs, id: hour, isMessage: true };
});

describe('fetchYellow(lake, table, directory)', () => {
  let lake: TestLake;

  before(async () => {
    lake = await openCalmLake(sent);
  });

  after(() => lake.remove());

  const fetch = (directory: string) =>
    fetchYellow({ hdfs: lake.deps.hdfs, root: lake.root }, 'chat', join(lake.directory, directory));

  it('adds the hour of its directory to each row', async () => {
    const { from, crowdedHours } = await fetch('whole');
    const rows = await lake.deps.withDatabase(async (connection) =>
      (await connection.runAndReadAll(`SELECT message_id, hour FROM ${from} ORDER BY ALL`)).getRows(),
    );
    assert.deepEqual(
      rows,
      HOURS.map((hour) => [hour, hour]),
    );
    assert.deepEqual(crowdedHours, []);
  });

  it('reports an hour with more than one file, and reads them all', async () => {
    const part = join(lake.directory, tablePath(lake.root, 'chat', HOURS[0] ?? ''));
    await mkdir(dirname(part), { recursive: true });
    await cp(part, join(dirname(part), 'other.parquet'));
    const { from, crowdedHours } = await fetch('crowded');
    const rows = await lake.deps.withDatabase(async (connection) =>
      (await connection.runAndReadAll(`SELECT message_id FROM ${from} ORDER BY ALL`)).getRows(),
    );
    assert.equal(rows.length, 3);
    assert.deepEqual(crowdedHours, [`chat/hour=${HOURS[0]}`]);
  });

  it('returns nothing to read if there are no files', async () => {
    const none = await fetchYellow(
      { hdfs: lake.deps.hdfs, root: lake.root },
      'moderation',
      join(lake.directory, 'none'),
    );
    assert.deepEqual(none, { from: undefined, crowdedHours: [] });
  });
});
