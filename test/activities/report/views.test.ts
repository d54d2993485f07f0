import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createDatabases } from '../../../activities/duckdb/database.ts';
import { createYellowViews, NO_FILES } from '../../../activities/report/views.ts';
import { temporaryDirectory } from '../../integration/red-tiles.ts';

describe('createYellowViews(connection, files)', () => {
  it('has the columns of reports, with their types, for files of any release', async () => {
    const { path, remove } = await temporaryDirectory('views');
    const withDatabase = createDatabases({ memoryLimitMb: 128, threads: 1, scratchDirectory: path });
    try {
      const rows = await withDatabase(async (connection) => {
        const [older, newer] = [join(path, 'older.parquet'), join(path, 'newer.parquet')];
        await connection.run(`COPY (SELECT 'a' AS message_id, '25:0-4' AS emotes) TO '${older}' (FORMAT parquet)`);
        await connection.run(
          `COPY (SELECT 'b' AS message_id, [{'id': '25'}] AS emote_list, MAP {'x': '1'} AS other_tags) TO '${newer}' (FORMAT parquet)`,
        );
        const hour = '2026-11-25T14';
        await createYellowViews(connection, {
          ...NO_FILES,
          chat: [older, newer].map((file) => ({ path: file, hour })),
        });
        const read = await connection.runAndReadAll(
          `SELECT message_id, user_id, len(emote_list), typeof(sent_at) FROM chat ORDER BY message_id`,
        );
        const none = await connection.runAndReadAll('SELECT count(viewer_count) FROM streams');
        return [...read.getRowsJson(), ...none.getRowsJson()];
      });
      assert.deepEqual(rows, [
        ['a', null, null, 'TIMESTAMP WITH TIME ZONE'],
        ['b', null, '1', 'TIMESTAMP WITH TIME ZONE'],
        ['0'],
      ]);
    } finally {
      await remove();
    }
  });
});
