import { publishAudience } from './publish-audience.ts';
import { publishCategories } from './publish-categories.ts';
import { publishBroadcasts } from './publish-broadcasts.ts';
import { publishChannel } from './publish-channel.ts';
import { publishData } from './publish-data.ts';
import type { SitePages } from './publish-site.ts';

/** The kinds of pages that tell of more than a day. To add one, write its module and list it here. */
export const SITE_PAGES: SitePages = {
  ofBroadcasts: publishBroadcasts,
  ofChannels: [publishChannel],
  ofAll: [publishAudience, publishCategories, publishData],
  mostBroadcasts: 500,
};
