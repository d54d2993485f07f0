import { AUDIENCE_CHARTS } from '../../viz/charts/audience/index.ts';
import { AUDIENCE_PARTS, AUDIENCE_PATH, audiencePage } from '../../viz/pages/audience-page.ts';
import { AUDIENCE, AUDIENCE_TABLES } from '../../viz/rollups.ts';
import { chartFiles } from './chart-files.ts';
import { readParts } from './read-parts.ts';
import { limitToSite } from './scope.ts';
import { publishPages } from './site.ts';
import type { Publication } from './site.ts';

/** Publishes the page on the audience. */
export async function publishAudience({ connection, site, scratchDirectory, signal }: Publication): Promise<void> {
  await limitToSite(connection);
  await connection.run(AUDIENCE);
  const rows = await readParts(connection, AUDIENCE_PARTS);
  for (const name of AUDIENCE_TABLES) await connection.run(`DROP TABLE ${name}`);
  const files = await chartFiles(connection, AUDIENCE_CHARTS, rows, scratchDirectory);
  signal.throwIfAborted();
  await publishPages(site, AUDIENCE_PATH, files, (edition) => audiencePage(rows, edition));
}
