import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import { createDatabases } from '../activities/duckdb/database.ts';
import type { WithDatabase } from '../activities/duckdb/database.ts';
import { openCachedFiles } from '../activities/hdfs/cached-files.ts';
import type { CachedFiles } from '../activities/hdfs/cached-files.ts';
import { createHdfs } from '../activities/hdfs/client.ts';
import { isHdfsError } from '../activities/hdfs/error.ts';
import type { Hdfs } from '../activities/hdfs/hdfs.ts';
import { silentLog } from '../common/log.ts';
import { Refusal } from '../common/refusal.ts';
import { makeUsable } from '../common/usable-directory.ts';
import { lastHdfsAddress } from '../infra/local/hdfs-server.ts';
import { cacheDirectory } from '../workers/cache-directory.ts';
import { hdfsOf } from '../workers/clients.ts';
import { UNUSED_STORE_KEY, readConfig } from '../workers/config.ts';
import { openScratchDirectory } from '../workers/scratch-directory.ts';

/** The lake of this installation, for a command that reads it. */
export interface Lake {
  hdfs: Hdfs;
  root: string;
  files: CachedFiles;
  withDatabase: WithDatabase;
  scratchDirectory: string;
}

/** A person waits: with HDFS away, the command says so soon. */
const PATIENCE_MS = 5_000;
const MEMORY_MB = 2_048;
/** Limit for cached HDFS files after the command. */
const CACHE_BYTES = 4 * 1024 ** 3;

/**
 * Opens the lake at WEBHDFS_URL. Without that variable it is the lake of the local HDFS in DATA_DIR, as for `chatlake up`.
 * @param name of the command; the prefix of its scratch directory
 * @throws Refusal 69 if HDFS does not answer
 */
export async function withLake<T>(name: string, work: (lake: Lake) => Promise<T>): Promise<T> {
  // The parameter store is not used, so its key may be missing.
  const config = readConfig({ ...process.env, ...UNUSED_STORE_KEY });
  const local = process.env['WEBHDFS_URL'] ? undefined : lastHdfsAddress(join(config.DATA_DIR, 'servers', 'hdfs'));
  const urls = local === undefined ? config.WEBHDFS_URL : [local.url];
  makeUsable([{ variable: 'DATA_DIR', path: config.DATA_DIR }]);
  const scratch = await openScratchDirectory(config.DATA_DIR, name);
  try {
    const options = { log: silentLog, patienceMs: PATIENCE_MS };
    const hdfs =
      local === undefined
        ? hdfsOf(config, silentLog, options)
        : createHdfs({ urls: [local.url], user: local.user, ...options });
    const files = await openCachedFiles(hdfs, cacheDirectory(config.DATA_DIR, scratch.path, 'query'), CACHE_BYTES);
    const withDatabase = createDatabases({
      memoryLimitMb: MEMORY_MB,
      threads: availableParallelism(),
      scratchDirectory: scratch.path,
    });
    const result = await work({ hdfs, root: config.HDFS_ROOT, files, withDatabase, scratchDirectory: scratch.path });
    await files.trim();
    return result;
  } catch (error) {
    if (!isHdfsError(error, 'unavailable', 'lost')) throw error;
    throw new Refusal(
      69,
      `Expected HDFS at ${urls.join(', ')} to answer, but it did not: ${error.message.replace(/\.+$/, '')}. Start it with \`make up\`, or set WEBHDFS_URL and HDFS_USER to the values that \`make demo\` or \`make up\` has printed.`,
      error,
    );
  } finally {
    await scratch.close();
  }
}
