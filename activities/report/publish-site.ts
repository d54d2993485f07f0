import { literal } from '../duckdb/literal.ts';
import { STORE } from './rollup-store.ts';
import { limitToChannel, takeChannel } from './scope.ts';
import type { Publication } from './site.ts';
import { noteSitePublished, pagesDueSince } from './site-state.ts';

/** Pages of a channel or a broadcast are named by its id. */
const ID = /^\d{1,20}$/;

/**
 * Publishes the pages of one channel that have changed since a time, or all. The rollups are limited to the channel.
 */
type PublishChannel = (publication: Publication, channel: string, since: Date) => Promise<void>;
/** Publishes pages of the whole site. */
type PublishPages = (publication: Publication) => Promise<void>;

/** What `publishSite` publishes, in order. */
export interface SitePages {
  ofChannels: readonly PublishChannel[];
  ofAll: readonly PublishPages[];
}

/**
 * Publishes the pages of channels that have changed since they were published, then what `ofDay` publishes, then the pages that tell of all
 * channels: so links lead somewhere. All but those of the day only if they are due, so that they take a small share of the time. An interrupted
 * publish is done again as a whole.
 */
export async function publishSite<T>(publication: Publication, pages: SitePages, ofDay: () => Promise<T>): Promise<T> {
  const { connection, signal } = publication;
  const since = await pagesDueSince(publication);
  if (since === undefined) return ofDay();
  const began = performance.now();
  for (const channel of await channelsDue(publication, since)) {
    await takeChannel(connection, channel);
    for (const publish of pages.ofChannels) {
      signal.throwIfAborted();
      await limitToChannel(connection);
      await publish(publication, channel, since);
    }
  }
  const published = await ofDay();
  for (const publish of pages.ofAll) {
    signal.throwIfAborted();
    await publish(publication);
  }
  await noteSitePublished(publication, performance.now() - began);
  return published;
}

/** If all pages are due, also the channels that have a page and no row any more: the old page may name people who must not be named now. */
async function channelsDue(publication: Publication, since: Date): Promise<ReadonlySet<string>> {
  const published = since.getTime() === 0 ? [...publication.site.pages] : [];
  const ids = published.flatMap((path) => /^channels\/(\d{1,20})\/$/.exec(path)?.[1] ?? []);
  return new Set([...(await changedChannels(publication, since)), ...ids]);
}

/**
 * The channels that were collected and have rows in an hour that was added up since then, in their order by messages. Those that were live in the
 * hour before it, too: its polls tell that a broadcast has ended.
 */
async function changedChannels({ connection }: Publication, since: Date): Promise<string[]> {
  const found = await connection.runAndReadAll(`
    WITH changed AS (SELECT hour FROM ${STORE}.hours WHERE changed_at >= ${literal(since.toISOString())}::TIMESTAMPTZ),
    before_changed AS (SELECT DISTINCT strftime(strptime(hour, '%Y-%m-%dT%H') - INTERVAL 1 HOUR, '%Y-%m-%dT%H') AS hour FROM changed),
    rooms AS (SELECT DISTINCT channel FROM ${STORE}.records WHERE kind <> 'tally'),
    seen AS (
      SELECT channel, messages FROM ${STORE}.channel_hours SEMI JOIN changed USING (hour)
      UNION ALL SELECT channel, 0 FROM ${STORE}.polls SEMI JOIN changed USING (hour) SEMI JOIN rooms USING (channel)
      UNION ALL SELECT channel, 0 FROM ${STORE}.polls SEMI JOIN before_changed USING (hour) SEMI JOIN rooms USING (channel)
      UNION ALL SELECT channel, 0 FROM ${STORE}.records SEMI JOIN changed USING (hour) WHERE kind <> 'tally'
    )
    SELECT channel FROM seen GROUP BY channel ORDER BY sum(messages) DESC, channel`);
  return (found.getRowsJson() as [string][]).map(([channel]) => channel).filter((channel) => ID.test(channel));
}
