import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPollFiles } from '../../../activities/twitch/poll-file.ts';
import { createReportActivities } from '../../../activities/report/index.ts';
import { createHelix } from '../../../activities/twitch/helix.ts';
import { readLiveList } from '../../../activities/twitch/live-list.ts';
import { createStreamActivities } from '../../../activities/twitch/stream-activities.ts';
import type { StreamsSwept } from '../../../activities/twitch/stream-activities.ts';
import { tablePath } from '../../../activities/yellow/manifest.ts';
import { refineRedHour } from '../../../activities/yellow/refinement.ts';
import { silentLog } from '../../../common/log.ts';
import { activityEnvironment } from '../../integration/activity-environment.ts';
import { memoryParameters } from '../../integration/memory-parameters.ts';
import { openTestLake } from '../../integration/test-lake.ts';
import type { TestLake } from '../../integration/test-lake.ts';
import { externalStream } from './external-stream.ts';

/** Values as JSON text, because JavaScript cannot produce all of them. */
const ODD = [
  'null',
  '""',
  '-1',
  '1e400',
  '3000000000',
  '123456789012345678901234567890',
  'true',
  '[]',
  '{}',
  '[null,{},"x"]',
  '"half \\ud83d"',
  '"\\udc00\\u0000"',
  `"${'x'.repeat(3_000_000)}"`,
  `${'['.repeat(2_000)}${']'.repeat(2_000)}`,
  '"__proto__"',
  '"2026-13-45T99:99:99Z"',
];
const FIELDS = Object.keys(externalStream());

/** A page of 100 streams. A field of the last one is replaced or omitted. */
function pageWith(field: string, value: string | undefined): string {
  const streams = Array.from({ length: 100 }, (_, index) =>
    externalStream({ id: `s${index}`, user_id: `u${index}`, user_login: `login${index}`, viewer_count: index }),
  );
  const last = streams.pop() ?? {};
  const fields = Object.entries(last).filter(([name]) => name !== field);
  const odd = fields.map(([name, it]) => `${JSON.stringify(name)}:${JSON.stringify(it)}`);
  if (value !== undefined) odd.push(`${JSON.stringify(field)}:${value}`);
  return `{"data":[${[...streams.map((it) => JSON.stringify(it)), `{${odd.join()}}`].join()}],"pagination":{}}`;
}

describe('a poll with an odd value from Helix, from the socket to the page', function () {
  this.timeout(240_000);
  let lake: TestLake;
  let body: string;
  let apiUrl: string;
  const server = createServer((_request, response) => response.writeHead(200).end(body));

  before(async () => {
    lake = await openTestLake('odd-answers');
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/helix`;
  });

  after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await lake.remove();
  });

  let minute = 0;

  /** Polls once. Returns the channels in red and the channels with rooms. */
  async function poll(): Promise<{ streams: number; rooms: string[] }> {
    const parameters = memoryParameters();
    const at = new Date(Date.parse('2026-11-25T12:00:00Z') + (minute += 1) * 1_000);
    const helix = createHelix({
      apiUrl,
      clientId: 'client',
      readAccessToken: () => Promise.resolve('token'),
      refreshNow: () => Promise.resolve(),
      log: silentLog,
      wait: () => Promise.resolve(),
    });
    const openPoll = createPollFiles({ ...lake.deps, withDatabase: lake.red.withDatabase });
    const { sweepStreams } = createStreamActivities({ helix, parameters, openPoll, log: silentLog, now: () => at });
    const { streams }: StreamsSwept = await activityEnvironment().run(sweepStreams);
    const list = await readLiveList(parameters);
    return { streams, rooms: (list?.value.streams ?? []).map(({ channelId }) => channelId) };
  }

  const others = Array.from({ length: 99 }, (_, index) => `u${index}`);

  for (const field of FIELDS) {
    it(`keeps the other 99 streams for any \`${field}\` of one`, async () => {
      for (const value of [undefined, ...ODD]) {
        body = pageWith(field, value);
        const { streams, rooms } = await poll();
        const what = `${field}: ${value?.slice(0, 30)}`;
        assert.ok(streams >= 99 && streams <= 100, `${what} leaves ${streams}`);
        assert.ok(
          others.every((id) => rooms.includes(id)),
          what,
        );
      }
    });
  }

  it('refines all these polls, and publishes the page of the day', async () => {
    const hour = '2026-11-25T12';
    await refineRedHour(lake.deps, hour, true, new AbortController().signal);
    const [[polls, least]] = (await lake.red.withDatabase(async (connection) => {
      const file = join(lake.directory, tablePath(lake.root, 'streams', hour));
      const found = await connection.runAndReadAll(
        `SELECT count(*)::INTEGER, min(channels)::INTEGER FROM (SELECT count(DISTINCT channel_id) AS channels FROM '${file}' GROUP BY polled_at)`,
      );
      return found.getRowsJS();
    })) as [[number, number]];
    assert.deepEqual([polls, least], [FIELDS.length * (ODD.length + 1), 99]);

    const siteDirectory = join(lake.directory, 'site');
    const { publishDay } = createReportActivities({
      ...lake.deps,
      siteDirectory,
      readSettings: async () => ({ showChatters: false }),
      readTroubles: async () => [],
      now: () => Date.parse('2026-11-25T13:00:00Z'),
      log: silentLog,
    });
    await activityEnvironment().run(publishDay, { day: '2026-11-25' });
    assert.match(await readFile(join(siteDirectory, '2026-11-25', 'index.html'), 'utf8'), /login98/);
  });
});
