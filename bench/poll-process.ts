import { join } from 'node:path';
import { createDatabases } from '../activities/duckdb/database.ts';
import { literal } from '../activities/duckdb/literal.ts';
import { createHdfs } from '../activities/hdfs/client.ts';
import { createPollFiles } from '../activities/twitch/poll-file.ts';
import { createHelix } from '../activities/twitch/helix.ts';
import { createOAuth } from '../activities/twitch/oauth.ts';
import { toPollRow } from '../activities/twitch/poll-row.ts';
import { streamPollSettings } from '../activities/twitch/stream-poll-settings.ts';
import { sweep } from '../activities/twitch/sweep.ts';
import { silentLog } from '../common/log.ts';

/** The input of one run, as JSON in the argument: addresses of the benchmark's own servers. */
export interface PollOrder {
  apiUrl: string;
  idUrl: string;
  clientId: string;
  /** The simulator's address. */
  clientSecret: string;
  hdfsUrl: string;
  hdfsUser: string;
  root: string;
  scratchDirectory: string;
}

/** The result, as JSON on stdout. `peakMb` is the peak memory of the process before it reads the rows back. */
export interface PollResult {
  seconds: number;
  peakMb: number;
  streams: number;
  rows: number;
  digest: string;
}

const ORDER = JSON.parse(process.argv[2] ?? '') as PollOrder;
const { scratchDirectory, root } = ORDER;
const { accessToken } = await createOAuth(ORDER).clientCredentials();
const helix = createHelix({
  ...ORDER,
  readAccessToken: () => Promise.resolve(accessToken),
  refreshNow: () => Promise.resolve(),
  log: silentLog,
});
const hdfs = createHdfs({ urls: [ORDER.hdfsUrl], user: ORDER.hdfsUser, log: silentLog });
// The same as in the orchestrator.
const withDatabase = createDatabases({ memoryLimitMb: 256, threads: 1, scratchDirectory });

const startedAt = performance.now();
const poll = await createPollFiles({ hdfs, root, withDatabase, scratchDirectory })(new Date());
await sweep(helix, streamPollSettings.parse({ top: 'all' }), {
  onStreams: (streams) => poll.add(streams.map(toPollRow)),
});
const kept = await poll.store();
await poll.close();
const SECONDS = (performance.now() - startedAt) / 1000;
const peakMb = Math.round((process.resourceUsage().maxRSS * 1024) / 1e6);

const local = join(scratchDirectory, 'read-back.parquet');
await hdfs.download(kept?.path ?? '', local);
const [rows, digest] = await withDatabase(async (connection) => {
  const counted = await connection.runAndReadAll(
    `SELECT count(DISTINCT id)::INTEGER, sum(hash(id, user_id, user_login)::HUGEINT)::VARCHAR FROM ${literal(local)}`,
  );
  return counted.getRows()[0] ?? [];
});
const result: PollResult = {
  ...{ seconds: SECONDS, peakMb, streams: kept?.channels ?? 0 },
  ...{ rows: Number(rows), digest: String(digest) },
};
process.stdout.write(JSON.stringify(result));
process.exit();
