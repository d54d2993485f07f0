import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabases } from '../../../activities/duckdb/database.ts';
import type { WithDatabase } from '../../../activities/duckdb/database.ts';
import { writeTile } from '../../../activities/load/parquet.ts';
import { toRedRow } from '../../../activities/load/red-row.ts';
import { Spool } from '../../../activities/load/spool.ts';

describe('writeTile(withDatabase, spool, target)', function () {
  this.timeout(60_000);
  let scratch: string;
  let withDatabase: WithDatabase;

  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'parquet-test-'));
    withDatabase = createDatabases({ memoryLimitMb: 256, threads: 1, scratchDirectory: scratch });
  });

  after(() => rm(scratch, { recursive: true }));

  const write = async (lines: (Buffer | null)[], name = 'tile.parquet') => {
    const spool = new Spool({ hour: '2026-11-25T14', from: 100n, openedAtMs: 0 });
    lines.forEach((value, index) =>
      spool.append(
        toRedRow({
          offset: String(100 + index),
          timestamp: String(1_764_079_200_123 + index),
          key: value === null ? null : Buffer.from('채널'),
          value,
          headers: value === null ? {} : { receivedAt: '1764079200100', collector: 'c1' },
          attributes: 0,
        }),
      ),
    );
    const file = join(scratch, name);
    await writeTile(withDatabase, spool, { table: 'chat', topic: 'it’s a topic', partition: 7, file });
    return file;
  };
  const query = (sql: string) =>
    withDatabase(async (connection) => (await connection.runAndReadAll(sql)).getRowsJson());

  it('writes the columns of red with their types', async () => {
    const file = await write([Buffer.from('a'), null]);
    assert.deepEqual(
      await query(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '${file}')`),
      Object.entries({
        kafka_topic: 'VARCHAR',
        kafka_partition: 'INTEGER',
        kafka_offset: 'BIGINT',
        appended_at: 'TIMESTAMP WITH TIME ZONE',
        received_at: 'TIMESTAMP WITH TIME ZONE',
        collector: 'VARCHAR',
        key: 'VARCHAR',
        line: 'VARCHAR',
      }),
    );
    assert.deepEqual(
      await query(
        `SELECT * REPLACE (epoch_ms(appended_at) AS appended_at, received_at::VARCHAR AS received_at) FROM '${file}'`,
      ),
      [
        ['it’s a topic', 7, '100', '1764079200123', '2025-11-25 14:00:00.1+00', 'c1', '채널', 'a'],
        ['it’s a topic', 7, '101', '1764079200124', null, null, null, null],
      ],
    );
  });

  it('keeps lines with any content, in the order of their offsets', async () => {
    const lines = ['', "it's", '"quoted" \\ %', 'null\0byte', '한국어 👋', 'x'.repeat(65_536)];
    const file = await write(lines.map((line) => Buffer.from(line)));
    const found = await query(`SELECT line FROM '${file}'`);
    assert.deepEqual(found.flat(), lines);
  });

  it('keeps all rows of a spool with many chunks', async () => {
    const count = 10_001;
    const file = await write(Array.from({ length: count }, (_, index) => Buffer.from(`line ${index}`)));
    assert.deepEqual(
      await query(`SELECT count(*), min(kafka_offset), max(kafka_offset), count(DISTINCT line) FROM '${file}'`),
      [[String(count), '100', String(100 + count - 1), String(count)]],
    );
    assert.deepEqual(await query(`SELECT count(*) FROM '${file}' WHERE line <> 'line ' || (kafka_offset - 100)`), [
      ['0'],
    ]);
  });

  it('stores the offsets in the metadata, and compresses with zstd', async () => {
    const file = await write([Buffer.from('a'), Buffer.from('b')]);
    const metadata = await query(
      `SELECT decode(key), decode(value) FROM parquet_kv_metadata('${file}') WHERE decode(key) IN ('topic', 'partition', 'from', 'to') ORDER BY 1`,
    );
    assert.deepEqual(Object.fromEntries(metadata), { from: '100', to: '102', partition: '7', topic: 'it’s a topic' });
    assert.deepEqual(await query(`SELECT DISTINCT compression FROM parquet_metadata('${file}')`), [['ZSTD']]);
  });
});
