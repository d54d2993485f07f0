import type { BroadcastData } from '../../viz/broadcast/broadcast-data.ts';
import { BROADCAST_CHARTS } from '../../viz/charts/broadcast/index.ts';
import { broadcastPath } from '../../viz/pages/links.ts';
import { broadcastPage } from '../../viz/pages/broadcast-page.ts';
import { literal } from '../duckdb/literal.ts';
import { chartFiles } from './chart-files.ts';
import { readBroadcasts } from './read-broadcasts.ts';
import { publishPages } from './site.ts';
import type { Publication } from './site.ts';

/** A broadcast of a day has 8,640 rows. */
const READ_AT_ONCE = 10;

/** A broadcast, and the files of its charts. */
interface Read {
  data: BroadcastData;
  files: ReadonlyMap<string, string | Buffer>;
}

/** Publishes the pages of broadcasts of a channel, which must be taken out of the store. */
export async function publishBroadcasts(publication: Publication, streamIds: readonly string[]): Promise<void> {
  let read: Read[] = [];
  for (let first = 0; first < streamIds.length || read.length > 0; first += READ_AT_ONCE) {
    // DuckDB answers for the next ones while pages of these are made. Neither may go on when the publish has failed.
    const [next, written] = await Promise.allSettled([
      readAll(publication, streamIds.slice(first, first + READ_AT_ONCE)),
      writeAll(publication, read),
    ]);
    if (written.status === 'rejected') throw written.reason;
    if (next.status === 'rejected') throw next.reason;
    read = next.value;
  }
}

async function readAll(
  { connection, scratchDirectory, signal }: Publication,
  streamIds: readonly string[],
): Promise<Read[]> {
  const read: Read[] = [];
  if (streamIds.length === 0) return read;
  signal.throwIfAborted();
  for (const data of await readBroadcasts(connection, streamIds)) {
    const ofStream = `"streamId" = ${literal(data.summary.streamId)}`;
    read.push({ data, files: await chartFiles(connection, BROADCAST_CHARTS, data.rows, scratchDirectory, ofStream) });
  }
  return read;
}

async function writeAll({ site, signal }: Publication, read: readonly Read[]): Promise<void> {
  for (const { data, files } of read) {
    const path = broadcastPath(data.summary.streamId);
    // A cancelled attempt must not overwrite a newer page.
    signal.throwIfAborted();
    await publishPages(site, path, files, (edition) => broadcastPage(data, edition));
    site.pages.add(path);
  }
}
