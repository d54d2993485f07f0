import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { removeOldYellow } from '../../../activities/retain/remove-yellow.ts';
import { uniteDays } from '../../../activities/retain/unite-day.ts';
import { createReportActivities } from '../../../activities/report/index.ts';
import type { ReportPublished } from '../../../activities/report/index.ts';
import { select } from '../../../activities/duckdb/select.ts';
import { publishNotebookPage } from '../../../activities/report/notebook-pages.ts';
import type { DaySummary } from '../../../viz/day-summary.ts';
import { manifestPath } from '../../../activities/yellow/manifest.ts';
import { refineRedHour } from '../../../activities/yellow/refinement.ts';
import { silentLog } from '../../../common/log.ts';
import { activityEnvironment } from '../../integration/activity-environment.ts';
import type { RedTiles, TestRow } from '../../integration/red-tiles.ts';
import { openTestLake } from '../../integration/test-lake.ts';
import type { LakeDeps, TestLake } from '../../integration/test-lake.ts';
import { writePoll } from '../../integration/write-poll.ts';
import { externalStream } from '../twitch/external-stream.ts';

const HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(1)>\u202e';

function message(id: string, sentAt: string, receivedAt = sentAt): TestRow {
  const line = `@id=${id};room-id=7;tmi-sent-ts=${Date.parse(sentAt)};user-id=9 :lark!lark@lark PRIVMSG #haneul :${HOSTILE}`;
  return { line, appendedAt: receivedAt, receivedAt };
}

function record(fields: Record<string, unknown>, appendedAt: string): TestRow {
  return { line: JSON.stringify({ collector: 'c1', ...fields }), appendedAt };
}

function tallied(window: string, received: number, collector = 'c1'): TestRow {
  return record({ kind: 'tally', collector, window, received, acknowledged: received }, window);
}

describe('createReportActivities(…).publishDay({ day })', () => {
  let lake: TestLake;
  let site: string;
  let troubles: string[];
  let red: RedTiles;
  let deps: LakeDeps;

  beforeEach(async () => {
    lake = await openTestLake('report');
    troubles = [];
    ({ red, deps } = lake);
    site = join(lake.directory, 'site');
  });

  afterEach(() => lake.remove());

  async function publish(day: string, timeZone?: string): Promise<ReportPublished> {
    const { publishDay } = createReportActivities({
      ...deps,
      siteDirectory: site,
      timeZone,
      readSettings: async () => ({ showChatters: false }),
      readTroubles: async () => troubles,
      now: () => Date.parse('2026-11-25T13:00:00Z'),
      log: silentLog,
    });
    return activityEnvironment().run(publishDay, { day });
  }

  const refine = (hour: string): Promise<unknown> => refineRedHour(deps, hour, true, new AbortController().signal);
  const summaryOf = async (day: string): Promise<DaySummary> =>
    JSON.parse(await readFile(join(site, day, 'report.json'), 'utf8')) as DaySummary;

  const pageOf = (day: string): Promise<string> => readFile(join(site, day, 'index.html'), 'utf8');

  it('shows problems of the pipeline, in a red box, only on the page of the current day', async () => {
    troubles = ['token: <b>Check</b> the secret.'];
    await publish('2026-11-25');
    await publish('2026-11-24');
    const page = await pageOf('2026-11-25');
    assert.match(page, /class="verdict bad">The pipeline reported trouble.*\s+token: &lt;b&gt;Check/);
    assert.doesNotMatch(await pageOf('2026-11-24'), /Check/);
    assert.deepEqual((await summaryOf('2026-11-25')).troubles, troubles);
  });

  it('shows equal sums, and the number of repeated messages', async () => {
    await red.add('chat', [
      message('a', '2026-11-25T12:00:01Z'),
      message('a', '2026-11-25T12:00:01Z'),
      message('b', '2026-11-25T12:00:02Z'),
    ]);
    await red.add('coverage', [
      record(
        { kind: 'tally', window: '2026-11-25T12:00:00.000Z', received: 3, acknowledged: 3 },
        '2026-11-25T12:00:20Z',
      ),
    ]);
    await refine('2026-11-25T12');
    assert.deepEqual(await publish('2026-11-25'), { page: '/2026-11-25/', messages: 2, channels: 1 });
    const { sums } = await summaryOf('2026-11-25');
    assert.deepEqual(sums, {
      received: 3,
      acknowledged: 3,
      red: 3,
      redUntold: 0,
      redNew: 0,
      redTwice: 0,
      yellow: 2,
      erased: 0,
      windowsOff: 0,
      windowsPending: 0,
      losses: 0,
      duplicates: 1,
    });
  });

  it('shows a window in which a message is missing from red', async () => {
    await red.add('chat', [message('a', '2026-11-25T12:00:01Z')]);
    await red.add('coverage', [
      record(
        { kind: 'tally', window: '2026-11-25T12:00:00.000Z', received: 2, acknowledged: 2 },
        '2026-11-25T12:00:20Z',
      ),
    ]);
    await refine('2026-11-25T12');
    await publish('2026-11-25');
    assert.equal((await summaryOf('2026-11-25')).sums.windowsOff, 1);
    assert.match(await readFile(join(site, '2026-11-25', 'index.html'), 'utf8'), /class="verdict bad"/);
  });

  it('explains messages that red has twice, and does not report them as missing', async () => {
    await red.add(
      'chat',
      ['a', 'a', 'b'].map((id) => message(id, '2026-11-25T12:00:01Z')),
    );
    await red.add('coverage', [tallied('2026-11-25T12:00:00Z', 2)]);
    await refine('2026-11-25T12');
    await publish('2026-11-25');
    const { windowsOff, redTwice } = (await summaryOf('2026-11-25')).sums;
    assert.deepEqual([windowsOff, redTwice], [0, 1]);
    assert.match(await pageOf('2026-11-25'), /class="verdict good">All 2 received messages are stored/);
  });

  it('counts what moderators have hidden, as the sums do', async () => {
    const at = (second: number): string => `2026-11-25T12:00:${String(second).padStart(2, '0')}Z`;
    const moderation = (line: string, second: number): TestRow => ({
      line: `@room-id=7;tmi-sent-ts=${Date.parse(at(second))};${line}`,
      appendedAt: at(second),
    });
    await red.add('chat', [
      message('before', at(1)),
      moderation('target-user-id=9;ban-duration=10 :tmi.twitch.tv CLEARCHAT #haneul :lark', 2),
      message('after', at(3)),
      { ...message('elsewhere', at(1)), line: `@id=e;room-id=8;user-id=9 :lark!lark@x PRIVMSG #byeol :hi` },
      message('deleted', at(4)),
      moderation('login=lark;target-msg-id=deleted :tmi.twitch.tv CLEARMSG #haneul :x', 5),
    ]);
    await refine('2026-11-25T12');
    assert.deepEqual(await publish('2026-11-25'), { page: '/2026-11-25/', messages: 4, channels: 2 });
    const page = await readFile(join(site, '2026-11-25', 'index.html'), 'utf8');
    const cells = [
      ...page
        .slice(page.indexOf('<h2>Channels</h2>'))
        .matchAll(/<td>(?:<a [^>]*>)?(haneul|byeol)(?:<\/a>)?<\/td>.*?<td class="number">(\d+)<\/td>/gs),
    ];
    assert.deepEqual(cells.map(([, login, messages]) => [login, messages]), [['haneul', '3'], ['byeol', '1']]); // prettier-ignore
  });

  describe('with a collector that died', () => {
    const joined = (at: string, collector = 'c1'): TestRow =>
      record({ kind: 'join', collector, channelId: '7', channelLogin: 'haneul', at }, at);
    const silences = async (day: string): Promise<unknown> => {
      await publish(day);
      return (await summaryOf(day)).collectors.flatMap((it) =>
        it.silentSince ? [[it.collector, it.silentSince]] : [],
      );
    };

    it('shows since when it is silent, even if it sent neither a message nor an end', async () => {
      await red.add('coverage', [joined('2026-11-25T12:00:01Z'), tallied('2026-11-25T12:00:00Z', 0)]);
      await refine('2026-11-25T12');
      assert.deepEqual(await silences('2026-11-25'), [['c1', '2026-11-25T12:00:10Z']]);
      assert.match(
        await pageOf('2026-11-25'),
        /class="verdict wait">Collector c1 fell silent at <time [^>]*>Nov 25, 12:00:10 UTC</,
      );
    });

    it('finds it even if it joined its rooms days before, and only on the day of its death', async () => {
      await red.add('coverage', [joined('2026-11-23T12:00:01Z')]);
      await red.add('coverage', [tallied('2026-11-24T00:00:00Z', 0)]);
      await red.add('coverage', [tallied('2026-11-25T00:10:00Z', 0)]);
      for (const hour of ['2026-11-23T12', '2026-11-24T00', '2026-11-25T00']) await refine(hour);
      assert.deepEqual(await silences('2026-11-25'), [['c1', '2026-11-25T00:10:10Z']]);
      assert.deepEqual(await silences('2026-11-26'), []);
      assert.deepEqual(await silences('2026-11-24'), []);
      assert.deepEqual(await silences('2026-11-23'), []);
    });

    it('ignores living collectors, and those that have left all rooms', async () => {
      const left = { kind: 'end', collector: 'c2', channelId: '7', channelLogin: 'haneul', at: '2026-11-25T12:00:03Z' };
      await red.add('coverage', [
        joined('2026-11-25T12:00:01Z'),
        joined('2026-11-25T12:00:02Z', 'c2'),
        record(left, left.at),
        tallied('2026-11-25T12:00:00Z', 0, 'c2'),
        tallied('2026-11-25T12:57:50Z', 0),
      ]);
      await refine('2026-11-25T12');
      assert.deepEqual(await silences('2026-11-25'), []);
    });
  });

  it('shows losses among the 200 coverage records, even if there are many newer joins, and the total number', async () => {
    const at = (second: number): string => new Date(Date.parse('2026-11-25T12:00:00Z') + second * 1_000).toISOString();
    const records = Array.from({ length: 230 }, (_, second) =>
      record(
        { kind: second === 3 ? 'loss' : 'join', channelId: '7', channelLogin: 'haneul', at: at(second) },
        at(second),
      ),
    );
    await red.add('coverage', records);
    await refine('2026-11-25T12');
    await publish('2026-11-25');
    const page = await pageOf('2026-11-25');
    assert.match(page, /200 of 230 records are shown/);
    assert.match(page, />Nov 25, 12:00:03</);
    assert.doesNotMatch(page, />Nov 25, 12:00:04</);
  });

  it('publishes a day with only the loss of a room', async () => {
    const loss = {
      kind: 'loss',
      channelId: '7',
      channelLogin: 'haneul',
      at: '2026-11-25T12:00:05.000Z',
      reason: 'login refused',
    };
    await red.add('coverage', [record(loss, '2026-11-25T12:00:20Z')]);
    await refine('2026-11-25T12');
    await publish('2026-11-25');
    const { received, red: inRed, losses } = (await summaryOf('2026-11-25')).sums;
    assert.deepEqual([received, inRed, losses], [0, 0, 1]);
  });

  it('waits for a recent window', async () => {
    await red.add('coverage', [
      record(
        { kind: 'tally', window: '2026-11-25T12:59:30.000Z', received: 2, acknowledged: 2 },
        '2026-11-25T12:59:50Z',
      ),
    ]);
    await refine('2026-11-25T12');
    await publish('2026-11-25');
    const { windowsOff, windowsPending } = (await summaryOf('2026-11-25')).sums;
    assert.deepEqual([windowsOff, windowsPending], [0, 1]);
  });

  it('counts a message on the day it arrived, even if it was sent the day before', async () => {
    await red.add('chat', [message('a', '2026-11-24T23:59:59Z', '2026-11-25T00:00:01Z')]);
    await red.add('coverage', [
      record(
        { kind: 'tally', window: '2026-11-25T00:00:00.000Z', received: 1, acknowledged: 1 },
        '2026-11-25T00:00:20Z',
      ),
    ]);
    await refine('2026-11-25T00');
    await publish('2026-11-25');
    await publish('2026-11-24');
    const { received, red: inRed, yellow } = (await summaryOf('2026-11-25')).sums;
    assert.deepEqual({ received, inRed, yellow }, { received: 1, inRed: 1, yellow: 1 });
    assert.equal((await summaryOf('2026-11-24')).sums.red, 0);
  });

  it('does not run or draw anything from outside', async () => {
    await red.add('chat', [message('a', '2026-11-25T12:00:01Z')]);
    await red.add('coverage', [
      record(
        { kind: 'loss', channelId: '7', channelLogin: HOSTILE, at: '2026-11-25T12:00:05.000Z', reason: HOSTILE },
        '2026-11-25T12:00:20Z',
      ),
    ]);
    await writePoll(
      deps,
      [externalStream({ user_name: HOSTILE, title: HOSTILE, game_name: HOSTILE })],
      new Date('2026-11-25T12:01:00Z'),
    );
    await refine('2026-11-25T12');
    await publish('2026-11-25');
    const page = await readFile(join(site, '2026-11-25', 'index.html'), 'utf8');
    assert.match(page, /&lt;\/script&gt;/);
    assert.doesNotMatch(page, /<img|\u202e|<[^>]*\son\w+=|<[^>]*javascript:/);
    assert.deepEqual(page.match(/<script[^>]*>/g)?.length, 4, 'times, plotly, the script of the page, and the data');
    assert.doesNotMatch(page, /<style| style=/);
  });

  it('publishes each page in English and Korean, with links to each other', async () => {
    await publish('2026-11-25');
    const pages = { en: '2026-11-25/index.html', ko: 'ko/2026-11-25/index.html' };
    for (const [language, file] of Object.entries(pages)) {
      const page = await readFile(join(site, file), 'utf8');
      assert.match(page, new RegExp(`<html lang="${language}"`));
      for (const [other, target] of Object.entries(pages)) {
        const href = new RegExp(`<link rel="alternate" hreflang="${other}" href="([^"]*)"`).exec(page)?.[1] ?? '';
        assert.equal(join(dirname(file), href), target);
      }
      assert.doesNotMatch(page, /(?:href|src)="\//, 'it opens from the file system');
    }
    assert.match(await readFile(join(site, 'ko', 'index.html'), 'utf8'), /<h1>트위치 채팅<\/h1>/);
  });

  it('shows the zone that is set, in both languages', async () => {
    await publish('2026-11-25', 'America/New_York');
    assert.match(await pageOf('2026-11-25'), /data-zone="America\/New_York"[^]*from <time [^>]*>Nov 24, 19:00:00 EST</);
    const korean = await readFile(join(site, 'ko', '2026-11-25', 'index.html'), 'utf8');
    assert.match(korean, /data-zone="America\/New_York"[^]*<time [^>]*>11월 24일 19:00:00 GMT-5<\/time>부터/);
  });

  it('publishes the rows of each chart as CSV and Parquet, with the numbers of the page', async () => {
    await red.add('chat', [
      message('a', '2026-11-25T12:00:01Z'),
      message('b', '2026-11-25T12:00:02Z'),
      message('c', '2026-11-25T12:01:02Z'),
    ]);
    const streams = [externalStream({ user_login: 'haneul', game_name: '=1+1, "하늘" x', viewer_count: 7 })];
    await writePoll(deps, streams, new Date('2026-11-25T12:01:00Z'));
    await refine('2026-11-25T12');
    await publish('2026-11-25');
    const csvFile = (name: string) => readFile(join(site, '2026-11-25', `${name}.csv`), 'utf8');
    const minutes = '하늘 (haneul),2026-11-25T12:00:00Z,2\r\n하늘 (haneul),2026-11-25T12:01:00Z,1\r\n';
    assert.equal(await csvFile('messages-per-minute'), `\ufeffchannel,minute,messages\r\n${minutes}`);
    assert.equal(await csvFile('top-channels'), '\ufeffchannel,messages\r\n하늘 (haneul),3\r\n');
    assert.equal(await csvFile('top-categories'), `\ufeffcategory,viewers\r\n"'=1+1, ""하늘"" x",7\r\n`);
    const rows = await deps.withDatabase((connection) =>
      select(connection, `FROM '${join(site, '2026-11-25', 'top-categories.parquet')}'`, {}),
    );
    assert.deepEqual(rows, [{ category: '=1+1, "하늘" x', viewers: 7 }]);
    const page = (await pageOf('2026-11-25')).replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ');
    assert.match(page, /3 messages\. The busiest minute began at Nov 25, 12:00:00 UTC and had 2\./);
    assert.match(page, /The most viewers at once were 7, in the channel 하늘 \(haneul\) at Nov 25, 12:01:00 UTC\./);
    assert.match(page, /One channel had messages: 하늘 \(haneul\), with 3\./);
    assert.match(page, /=1\+1, &quot;하늘&quot; x had the most viewers: 7 on average\./);
    const korean = await readFile(join(site, 'ko', '2026-11-25', 'index.html'), 'utf8');
    for (const file of ['viewers.csv', 'viewers.parquet', 'top-channels.csv', 'top-channels.parquet'])
      assert.ok(korean.includes(`<a href="../../2026-11-25/${file}" download>`), file);
  });

  it('links a day that has no Korean page, from an older release, to the English one', async () => {
    await publish('2026-11-24');
    await rm(join(site, 'ko', '2026-11-24'), { recursive: true });
    await publish('2026-11-25');
    const index = await readFile(join(site, 'ko', 'index.html'), 'utf8');
    assert.match(index, /<a href="\.\.\/2026-11-24\/index\.html" hreflang="en">[^]*영어만 있음/);
    assert.match(index, /<a href="\.\.\/ko\/2026-11-25\/index\.html">/);
  });

  it('lists all days, and leaves no temporary files', async () => {
    await publish('2026-11-24');
    await publish('2026-11-25');
    const index = await readFile(join(site, 'index.html'), 'utf8');
    assert.ok(index.indexOf('"2026-11-25/') < index.indexOf('"2026-11-24/'), 'newest first');
    assert.deepEqual(
      (await readdir(site, { recursive: true })).filter((name) => name.endsWith('.tmp')),
      [],
    );
  });

  for (const [what, summary] of [
    ['is cut', '{"day":"2026-11-24","sums":'],
    ['is of an older version', '{"day":"2026-11-24","publishedAt":"2026-11-24T12:00:00.000Z","sums":{"red":1}}'],
    ['is null', 'null'],
    ['is of another kind', '{"sums":{"__proto__":1},"collectors":"constructor","publishedAt":{}}'],
  ]) {
    it(`lists a day whose summary ${what}, and all others`, async () => {
      await publish('2026-11-23');
      await publish('2026-11-24');
      await writeFile(join(site, '2026-11-24', 'report.json'), summary ?? '');
      await publish('2026-11-25');
      const index = await readFile(join(site, 'index.html'), 'utf8');
      assert.match(
        index,
        /href="2026-11-24\/index.html"[^]*?publish again[^]*?href="2026-11-23\/index.html"[^]*?no messages/,
      );
    });
  }

  it('publishes a day with a damaged manifest, and shows its path and the remedy', async () => {
    await red.add('chat', [message('a', '2026-11-24T12:00:01Z'), message('b', '2026-11-24T13:00:01Z')]);
    for (const hour of ['2026-11-24T12', '2026-11-24T13']) await refine(hour);
    const path = manifestPath(deps.root, '2026-11-24T12');
    await deps.hdfs.remove(path);
    await deps.hdfs.writeText(path, '{"hour":"2026-11-24T12"', { createParent: true });
    assert.equal((await publish('2026-11-24')).messages, 2);
    const { troubles: shown, hours, completeHours } = await summaryOf('2026-11-24');
    assert.deepEqual([hours, completeHours], [2, 1]);
    assert.match(shown.join(), new RegExp(`^Expected ${path} to be .* Restore it from a copy`));
    assert.match(
      await pageOf('2026-11-24'),
      /class="verdict bad">The pipeline reported trouble.*\s+[^<]*2026-11-24T12\.json/,
    );
  });

  it('removes unfinished files of a killed publisher', async () => {
    await publish('2026-11-24');
    await writeFile(join(site, '2026-11-24', 'index.html.0c6f.tmp'), 'half a day');
    await publish('2026-11-25');
    assert.deepEqual(
      (await readdir(site, { recursive: true })).filter((name) => name.endsWith('.tmp')),
      [],
    );
  });

  it('keeps the pages of notebooks, and lists them on the front page', async () => {
    await publish('2026-11-25');
    assert.doesNotMatch(await readFile(join(site, 'index.html'), 'utf8'), /Notebooks/);
    const page = { name: 'own', title: 'Is <b>it</b>?', summary: ['Yes.'], charts: [], tables: [] };
    assert.equal(await publishNotebookPage({ directory: site }, page, new Date(0)), '/notebooks/own/');
    await mkdir(join(site, 'notebooks', 'damaged'));
    await writeFile(join(site, 'notebooks', 'damaged', 'page.json'), '{');
    const before = await readFile(join(site, 'notebooks', 'own', 'index.html'), 'utf8');
    await publish('2026-11-25');
    const index = await readFile(join(site, 'index.html'), 'utf8');
    assert.match(index, /<a href="notebooks\/own\/index.html">Is &lt;b&gt;it&lt;\/b&gt;\?<\/a>/);
    assert.match(index, /Jan 1, 1970, 00:00:00/);
    assert.equal(await readFile(join(site, 'notebooks', 'own', 'index.html'), 'utf8'), before);
  });

  describe('of a day on which what people wrote was removed', () => {
    const DAY = '2026-11-25';

    async function removePeople(): Promise<void> {
      await deps.hdfs.remove(`${lake.root}/red`, { recursive: true });
      const given = {
        ...deps,
        now: () => Date.parse('2027-03-01T05:00:00Z'),
        dropCopies: async () => {},
        log: silentLog,
      };
      const never = new AbortController().signal;
      await uniteDays(given, '2026-11-26', never);
      assert.equal(await removeOldYellow(given, { days: [DAY], afterDays: 90 }, never), 1);
    }

    beforeEach(async () => {
      await red.add('chat', [message('a', `${DAY}T12:00:01Z`), message('b', `${DAY}T12:00:02Z`)]);
      await red.add('coverage', [tallied(`${DAY}T12:00:00Z`, 2)]);
      await refine(`${DAY}T12`);
    });

    it('keeps the page as it was, and says on it and on the front page what was removed', async () => {
      await publish(DAY);
      const before = await pageOf(DAY);
      const rows = await readFile(join(site, DAY, 'top-channels.csv'), 'utf8');
      await removePeople();
      assert.deepEqual(await publish(DAY), { page: `/${DAY}/`, messages: 2, channels: 1 });
      const note =
        /<p class="verdict wait removed">\s*What people wrote on this day was removed at <time [^>]*>Mar 1, 2027, 05:00:00 UTC<\/time>, after 90 days\.\s*<\/p>/;
      const page = await pageOf(DAY);
      assert.match(page, note);
      assert.equal(await readFile(join(site, DAY, 'top-channels.csv'), 'utf8'), rows);
      assert.equal(page.replace(/<p class="verdict wait removed">.*?<\/p>/, ''), before);
      assert.match(await readFile(join(site, 'index.html'), 'utf8'), /chat removed/);
      const { removed, sums } = await summaryOf(DAY);
      assert.deepEqual([removed, sums.yellow], [{ at: '2027-03-01T05:00:00.000Z', afterDays: 90 }, 2]);
      await publish(DAY);
      assert.equal(await pageOf(DAY), page, 'the note is there once');
    });

    it('says so in both languages, and makes the page that an older release did not write', async () => {
      await publish(DAY);
      const korean = join(site, 'ko', DAY, 'index.html');
      const before = await readFile(korean, 'utf8');
      await removePeople();
      await publish(DAY);
      const note = /<p class="verdict wait removed">이날 작성된 채팅은 보관 기간 90일이 지나 .*?<\/p>/;
      const kept = await readFile(korean, 'utf8');
      assert.equal(kept.replace(note, ''), before);
      await rm(korean);
      await publish(DAY);
      const made = await readFile(korean, 'utf8');
      assert.match(made, note);
      assert.match(made, /이 페이지는 그 뒤에 만들어져/);
      assert.match(made, /수신한 메시지 2개가 모두 저장되었습니다/);
    });

    it('makes a page of what is left if there is none, and says what it does not count', async () => {
      await removePeople();
      assert.deepEqual(await publish(DAY), { page: `/${DAY}/`, messages: 2, channels: 0 });
      const page = await pageOf(DAY);
      assert.match(
        page,
        /after 90\s+days\. This page was made afterwards: its charts and its table of channels count no messages\./,
      );
      assert.match(page, /All 2 received messages are stored/);
    });
  });

  it('publishes an empty day as a page that says so', async () => {
    assert.deepEqual(await publish('2026-11-23'), { page: '/2026-11-23/', messages: 0, channels: 0 });
    const page = await readFile(join(site, '2026-11-23', 'index.html'), 'utf8');
    assert.match(page, /No channel was live/);
    assert.match(page, /This day is empty: no data is stored for it/);
    assert.doesNotMatch(page, /class="verdict good"|all stored/);
  });
});
