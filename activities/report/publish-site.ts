import { literal } from '../duckdb/literal.ts';
import { broadcastsDue, leaveBroadcasts } from './broadcasts-due.ts';
import type { BroadcastDue } from './broadcasts-due.ts';
import { STORE } from './rollup-store.ts';
import { limitToChannels, takeChannel } from './scope.ts';
import type { Publication } from './site.ts';
import { noteSitePublished, pagesDueSince } from './site-state.ts';

/** Pages of a channel or a broadcast are named by its id. */
const ID = /^\d{1,20}$/;

/** What `publishSite` publishes. */
export interface SitePages {
  /** Publishes the pages of broadcasts of one channel. The rollups are limited to it. */
  ofBroadcasts: (publication: Publication, streamIds: readonly string[]) => Promise<void>;
  /** Publish pages of one channel. The rollups are limited to it. */
  ofChannels: readonly ((publication: Publication, channel: string) => Promise<void>)[];
  /** Publish pages of the whole site. */
  ofAll: readonly ((publication: Publication) => Promise<void>)[];
  /** How many broadcasts have their pages made in one publish. Older ones wait for the next: the same process refines hours, which must not wait long. */
  mostBroadcasts: number;
}

/**
 * Publishes the pages of broadcasts and channels that have changed since they were published, then what `ofDay` publishes, then the pages that tell of all
 * channels: so links lead somewhere. All but those of the day only if they are due, so that they take a small share of the time. An interrupted
 * publish is done again as a whole.
 */
export async function publishSite<T>(publication: Publication, pages: SitePages, ofDay: () => Promise<T>): Promise<T> {
  const { connection, signal } = publication;
  const since = await pagesDueSince(publication);
  if (since === undefined) return ofDay();
  const began = performance.now();
  const due = await broadcastsDue(connection, since);
  const [now, left] = [due.slice(0, pages.mostBroadcasts), due.slice(pages.mostBroadcasts)];
  const channels = await channelsDue(publication, since);
  // The page of a channel links to its broadcasts: when the last of them has a page, it is made again.
  for (const { channel } of now) if (!left.some((it) => it.channel === channel)) channels.add(channel);
  await publishChannels(publication, pages, channels, now);
  const published = await ofDay();
  for (const publish of pages.ofAll) {
    signal.throwIfAborted();
    await publish(publication);
  }
  await leaveBroadcasts(connection, left);
  await noteSitePublished(publication, performance.now() - began);
  return published;
}

/** Publishes the pages of these broadcasts and these channels. */
async function publishChannels(
  publication: Publication,
  pages: SitePages,
  channels: ReadonlySet<string>,
  broadcasts: readonly BroadcastDue[],
): Promise<void> {
  const { connection, signal } = publication;
  await limitToChannels(connection);
  for (const channel of new Set([...channels, ...broadcasts.map((it) => it.channel)])) {
    signal.throwIfAborted();
    await takeChannel(connection, channel);
    const ofChannel = broadcasts.filter((it) => it.channel === channel);
    await pages.ofBroadcasts(
      publication,
      ofChannel.map(({ streamId }) => streamId),
    );
    for (const publish of channels.has(channel) ? pages.ofChannels : []) {
      signal.throwIfAborted();
      await publish(publication, channel);
    }
  }
}

/** If all pages are due, also the channels that have a page and no row any more: the old page may name people who must not be named now. */
async function channelsDue(publication: Publication, since: Date): Promise<Set<string>> {
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
