import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createReportActivities } from '../../../activities/report/index.ts';
import { refineRedHour } from '../../../activities/yellow/refinement.ts';
import { silentLog } from '../../../common/log.ts';
import { activityEnvironment } from '../../integration/activity-environment.ts';
import type { TestRow } from '../../integration/red-tiles.ts';
import { openTestLake } from '../../integration/test-lake.ts';
import type { TestLake } from '../../integration/test-lake.ts';

const DAY = '2026-11-25';
const at = (clock: string): string => `${DAY}T${clock}Z`;

function message(id: string, clock: string): TestRow {
  const line = `@id=${id};room-id=7;tmi-sent-ts=${Date.parse(at(clock))};user-id=9 :lark!lark@lark PRIVMSG #haneul :hi`;
  return { line, appendedAt: at(clock), receivedAt: at(clock) };
}

function record(fields: Record<string, unknown>, clock: string): TestRow {
  return { line: JSON.stringify({ collector: 'c1', ...fields }), appendedAt: at(clock) };
}

const tally = (clock: string, received: number): TestRow =>
  record({ kind: 'tally', window: at(clock), received, acknowledged: received }, clock);
const room = (kind: string, clock: string, reason?: string): TestRow =>
  record({ kind, channelId: '7', channelLogin: 'haneul', at: at(clock), reason }, clock);

describe('the page on data quality', () => {
  let lake: TestLake;
  beforeEach(async () => {
    lake = await openTestLake('data-page');
  });
  afterEach(() => lake.remove());

  async function publish(): Promise<{ texts: string[]; csv: string }> {
    const site = join(lake.directory, 'site');
    const { publishDay } = createReportActivities({
      ...lake.deps,
      siteDirectory: site,
      readSettings: async () => ({ showChatters: false }),
      readTroubles: async () => [],
      now: () => Date.parse(at('12:30:00')),
      log: silentLog,
    });
    await activityEnvironment().run(publishDay, { day: DAY });
    const page = async (): Promise<string> => readFile(join(site, 'data', 'index.html'), 'utf8');
    return { texts: rowsOf(await page()), csv: await readFile(join(site, 'data', 'received-and-stored.csv'), 'utf8') };
  }

  /** The text of each row of each table. */
  const rowsOf = (page: string): string[] =>
    [...page.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = '']) =>
      [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)]
        .map(([, cell = '']) =>
          cell
            .replaceAll(/<[^>]*>/g, '')
            .replaceAll(/\s+/g, ' ')
            .trim(),
        )
        .join(' | '),
    );

  it('tells of copies, of gaps by channel and reason, of files, and how new everything is', async () => {
    await lake.red.add('chat', [message('a', '12:00:01'), message('a', '12:00:02'), message('b', '12:00:15')]);
    await lake.red.add('coverage', [
      room('join', '12:00:00'),
      room('loss', '12:00:30', 'the connection was closed'),
      room('join', '12:03:00'),
      ...Array.from({ length: 24 }, (_, index) => {
        const clock = new Date(Date.parse(at('12:00:00')) + index * 10_000).toISOString().slice(11, 19);
        return tally(clock, index === 0 ? 2 : index === 1 ? 1 : 0);
      }),
    ]);
    await lake.red.add('chat', [{ line: 'nobody can read this', appendedAt: at('12:00:40') }]);
    await refineRedHour(lake.deps, `${DAY}T12`, true, new AbortController().signal);
    const { texts, csv } = await publish();
    const has = (row: RegExp): void =>
      assert.equal(texts.filter((text) => row.test(text)).length, 1, `${row} in ${texts.join('\n')}`);
    has(/^Wed, Nov 25, 2026 \| fell silent \| 3 \| 3 \| 3 \| 1 \| 0 \| 2 \| 1 \| 1$/);
    has(/^haneul \| the connection was closed \| 1 \| 2\.5 \| Nov 25, 12:03:00$/);
    has(/^Nov 25, 12:00:00 \| complete \| 3 \| 2 \| 0 \| /);
    has(/^Counted by the collectors \| Nov 25, 12:04:00 \| 1,560$/);
    has(/^Stored \| Nov 25, 12:00:20 \| 1,780$/);
    has(/^Newest message in the report \| Nov 25, 12:00:15 \| 1,785$/);
    has(/^Streams polled \| – \| –$/);
    assert.match(csv, /2026-11-25T12:00:00Z,3,2,1,0\r\n/);
  });
});
