import { CHANNEL_CHARTS } from '../../viz/charts/channel/index.ts';
import { channelPage } from '../../viz/pages/channel-page.ts';
import { channelPath } from '../../viz/pages/links.ts';
import { chartFiles } from './chart-files.ts';
import { readChannel } from './read-channel.ts';
import { publishPages } from './site.ts';
import type { Publication } from './site.ts';

/** Publishes the page of a channel, with the files of its charts. They name no people. */
export async function publishChannel(publication: Publication, channel: string): Promise<void> {
  const { connection, site, scratchDirectory, signal, showChatters = false } = publication;
  const path = channelPath(channel);
  const data = await readChannel(connection, channel, showChatters);
  const files = await chartFiles(connection, CHANNEL_CHARTS, data.rows, scratchDirectory);
  // A cancelled attempt must not overwrite a newer page.
  signal.throwIfAborted();
  await publishPages(site, path, files, (edition) => channelPage(data, edition));
  site.pages.add(path);
}
