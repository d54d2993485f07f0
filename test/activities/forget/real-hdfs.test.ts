import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createUnionFiles } from '../../../activities/compact/union-files.ts';
import { eraseRedHour } from '../../../activities/forget/erase-red.ts';
import { createRedactedFiles } from '../../../activities/forget/redacted-files.ts';
import { createHdfs } from '../../../activities/hdfs/client.ts';
import { localDisk } from '../../../common/disk.ts';
import { silentLog } from '../../../common/log.ts';
import { RedTiles, temporaryDirectory } from '../../integration/red-tiles.ts';
import { SERVERS_TIMEOUT_MS, hdfs as realHdfs } from '../../integration/servers.ts';

const HOUR = '2026-11-25T12';

describe('eraseRedHour(…), on a real HDFS', function () {
  this.timeout(SERVERS_TIMEOUT_MS);

  it('replaces a tile with traces under its name, with a new time, and leaves nothing beside it', async () => {
    const { url, user } = await realHdfs();
    const hdfs = createHdfs({ urls: [url], user, log: silentLog });
    const scratch = await temporaryDirectory('erasure-real');
    const root = `/forget-${randomUUID()}`;
    try {
      const red = new RedTiles(scratch.path, hdfs, root);
      const line = '@room-id=1;user-id=40004 :lark!lark@x PRIVMSG #haneul :hello';
      const path = await red.add('chat', [{ line, appendedAt: `${HOUR}:30:00Z` }]);
      const before = await hdfs.status(path);
      const erase = () =>
        eraseRedHour(
          {
            hdfs,
            root,
            unionFiles: createUnionFiles(red.withDatabase),
            redactedFiles: createRedactedFiles(red.withDatabase),
            disk: localDisk,
            scratchDirectory: scratch.path,
            log: silentLog,
          },
          HOUR,
          {
            userId: '40004',
            learn: (logins) => Promise.resolve({ ids: new Set(['40004']), logins: new Set(logins) }),
          },
          new AbortController().signal,
        );
      assert.deepEqual(await erase(), { tiles: 1, rewritten: 1, lines: 1 });
      assert.deepEqual(await erase(), { tiles: 1, rewritten: 0, lines: 0 });
      assert.notEqual((await hdfs.status(path))?.modificationTimeMs, before?.modificationTimeMs);
      assert.deepEqual((await hdfs.list(`${root}/red/chat/hour=${HOUR}`)).map((file) => file.path), [path]); // prettier-ignore
      assert.deepEqual(await hdfs.list(`${root}/red/.compaction`), []);
      const local = join(scratch.path, 'copy.parquet');
      await hdfs.download(path, local);
      const read = await red.withDatabase(async (connection) =>
        (await connection.runAndReadAll(`SELECT kafka_offset, line FROM '${local}'`)).getRowsJson(),
      );
      assert.deepEqual(read, [['0', '@chatlake-erased=1;room-id=1 PRIVMSG #haneul']]);
    } finally {
      await hdfs.remove(root, { recursive: true });
      await scratch.remove();
    }
  });
});
