import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabases } from '../../../activities/duckdb/database.ts';
import type { WithDatabase } from '../../../activities/duckdb/database.ts';
import { readEventHours } from '../../../activities/red/stored-event-hours.ts';
import { writeTile } from '../../../activities/load/parquet.ts';
import { Spool } from '../../../activities/load/spool.ts';
import { createUnionFiles } from '../../../activities/compact/union-files.ts';
import type { LocalRange, UnionFiles } from '../../../activities/compact/union-files.ts';

describe('createUnionFiles(withDatabase)', function () {
  this.timeout(120_000);
  const topic = 'it’s a topic';
  let scratch: string;
  let withDatabase: WithDatabase;
  let unionFiles: UnionFiles;
  let parts: LocalRange[];
  let union: LocalRange;

  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'union-files-'));
    withDatabase = createDatabases({ memoryLimitMb: 256, threads: 2, scratchDirectory: scratch });
    unionFiles = createUnionFiles(withDatabase);
    parts = [await part(100, 5_003), await part(5_003, 5_004), await part(5_004, 9_000)];
    union = { partition: 7, from: 100n, to: 9_000n, local: join(scratch, 'union.parquet') };
    await unionFiles.unite(parts, union.local);
  });

  after(() => rm(scratch, { recursive: true }));

  async function part(from: number, to: number, changed: Record<number, string> = {}): Promise<LocalRange> {
    const spool = new Spool({ hour: '2026-11-25T14', from: BigInt(from), openedAtMs: 0 });
    for (let offset = from; offset < to; offset++) {
      const isBare = offset % 7 === 0;
      spool.append({
        offset: BigInt(offset),
        appendedAtMs: 1_764_079_200_123 + offset,
        receivedAtMs: isBare ? null : 1_764_079_200_100,
        collector: isBare ? null : Buffer.from('c1'),
        key: isBare ? null : Buffer.from('채널'),
        line: offset % 11 === 0 ? null : Buffer.from(changed[offset] ?? `'"\\ null\0byte 👋 ${offset}`),
      });
    }
    const local = join(scratch, `${from}-${to}-${Object.keys(changed).length}.parquet`);
    await writeTile(withDatabase, spool, { table: 'chat', topic, partition: 7, file: local });
    return { partition: 7, from: spool.from, to: spool.to, local };
  }

  const query = (sql: string) =>
    withDatabase(async (connection) => (await connection.runAndReadAll(sql)).getRowsJson());
  const copy = async (name: string, rows: string): Promise<LocalRange> => {
    const local = join(scratch, `${name}.parquet`);
    await query(`COPY (${rows}) TO '${local}' (FORMAT parquet)`);
    return { ...union, local };
  };

  it('unites parts to the same file that a loader would write for all their rows', async () => {
    const whole = await part(100, 9_000);
    const columns = (file: string) => query(`DESCRIBE SELECT * FROM '${file}'`);
    const metadata = (file: string) =>
      query(`SELECT decode(key), decode(value) FROM parquet_kv_metadata('${file}') WHERE decode(key) IN
        ('topic', 'partition', 'from', 'to', 'event_hours') ORDER BY 1`);
    const rows = (file: string) => query(`SELECT md5(string_agg(t::VARCHAR, '')), count(*) FROM '${file}' t`);
    for (const look of [columns, metadata, rows]) assert.deepEqual(await look(union.local), await look(whole.local));
    assert.deepEqual(await query(`SELECT DISTINCT compression FROM parquet_metadata('${union.local}')`), [['ZSTD']]);
    assert.equal(await unionFiles.difference(union, [whole]), undefined);
  });

  it('has the event hours of its parts, unless one of them does not tell', async () => {
    const hoursOf = (file: string) =>
      withDatabase(async (connection) => (await readEventHours(connection, [file])).get(file));
    const [first] = parts;
    const lateLine = `@id=1;tmi-sent-ts=${1_764_079_200_000 - 7_200_000} :lark PRIVMSG #haneul :hi`;
    const united = join(scratch, 'united.parquet');
    await unionFiles.unite([first ?? assert.fail(), await part(5_003, 5_004, { 5003: lateLine })], united);
    assert.deepEqual(await hoursOf(united), ['2025-11-25T12', '2025-11-25T14']);
    const oddLine = lateLine.replace('@id=1;', '@');
    await unionFiles.unite([first ?? assert.fail(), await part(5_003, 5_004, { 5003: oddLine })], united);
    assert.equal(await hoursOf(united), undefined);
  });

  it('finds no difference between a union and one or all of its parts', async () => {
    assert.equal(await unionFiles.difference(union, parts), undefined);
    for (const one of parts) assert.equal(await unionFiles.difference(union, [one]), undefined);
  });

  it('finds a changed line, a missing row, a duplicate row and a missing column', async () => {
    const one = parts[1] ?? assert.fail();
    const changed = await part(5_003, 5_004, { 5003: 'another' });
    assert.match((await unionFiles.difference(union, [changed])) ?? '', /^the union has 1 rows from 5003 to 5003/);
    const all = `SELECT * FROM '${union.local}'`;
    for (const [name, rows, expected] of [
      ['missing', `${all} WHERE kafka_offset <> 5003`, /^the union has null rows|^the union has 0 rows/],
      ['doubled', `${all} UNION ALL ${all} WHERE kafka_offset = 5003`, /^the union has 2 rows/],
      ['narrow', `SELECT * EXCLUDE (received_at) FROM '${union.local}'`, /^the union has 1 rows .* with digest/],
      [
        'later',
        `SELECT * REPLACE (appended_at + INTERVAL '1 microsecond' AS appended_at) FROM '${union.local}'`,
        /with digest/,
      ],
    ] as const) {
      assert.match((await unionFiles.difference(await copy(name, rows), [one])) ?? '', expected, name);
    }
  });

  it('finds rows that are not in the order of their offsets', async () => {
    const backwards = await copy('backwards', `SELECT * FROM '${union.local}' ORDER BY kafka_offset DESC`);
    assert.match((await unionFiles.difference(backwards, parts)) ?? '', /rows in the wrong place/);
  });

  it('finds a part whose rows do not match its name', async () => {
    const one = parts[0] ?? assert.fail();
    const short = await copy('short', `SELECT * FROM '${one.local}' WHERE kafka_offset > 200`);
    const part = { ...short, from: one.from, to: one.to };
    assert.match((await unionFiles.difference(union, [part])) ?? '', /^the parts have 4802 rows from 201/);
  });

  it('keeps a column that only later tiles have', async () => {
    const [first, second] = [parts[0] ?? assert.fail(), parts[1] ?? assert.fail()];
    const local = join(scratch, 'wider.parquet');
    await query(`COPY (SELECT *, 'new' AS later FROM '${second.local}') TO '${local}' (FORMAT parquet)`);
    const both = [first, { ...second, local }];
    const file = join(scratch, 'union-wider.parquet');
    await unionFiles.unite(both, file);
    const wide = { partition: 7, from: first.from, to: second.to, local: file };
    assert.equal(await unionFiles.difference(wide, both), undefined);
    assert.deepEqual(await query(`SELECT count(*), count(later) FROM '${file}'`), [['4904', '1']]);
  });
});
