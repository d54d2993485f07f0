import assert from 'node:assert/strict';
import { addUp } from '../../viz/day-summary.ts';
import type { CollectorSums } from '../../viz/day-summary.ts';
import type { DaySummary } from '../../viz/day-summary.ts';
import { localeOf } from '../../viz/locale.ts';
import { qualityPanel } from '../../viz/pages/quality.ts';
import { verdict } from '../../viz/pages/verdict.ts';
import { plain } from './plain.ts';

const ENGLISH = localeOf('en');
const panelOf = (summary: DaySummary): string => plain(qualityPanel(summary, ENGLISH));

const collector: CollectorSums = {
  collector: 'c1',
  received: 10,
  acknowledged: 10,
  red: 10,
  redUntold: 0,
  redNew: 0,
  redTwice: 0,
  yellow: 9,
  erased: 0,
  windowsOff: 0,
  windowsPending: 0,
  losses: 0,
  silentSince: null,
};

function summaryOf(...collectors: CollectorSums[]): DaySummary {
  return {
    day: '2026-11-25',
    publishedAt: '2026-11-25T12:00:00.000Z',
    newestMessageAt: null,
    newestPollAt: null,
    hours: 1,
    completeHours: 0,
    gaps: [],
    quarantined: 0,
    channels: 1,
    sums: addUp(collectors),
    collectors,
    troubles: [],
  };
}

describe('verdict(summary)', () => {
  const verdictOf = (change: Partial<CollectorSums>, ...others: CollectorSums[]): [string, string] => {
    const { state, sentence } = verdict(summaryOf({ ...collector, ...change }, ...others), ENGLISH);
    return [state, plain(sentence)];
  };

  it('is good if all received messages are stored', () => {
    assert.deepEqual(verdictOf({}), ['good', 'All 10 received messages are stored.']);
  });
  it('is not good if nothing was received', () => {
    assert.deepEqual(verdictOf({ received: 0, acknowledged: 0, red: 0 }), ['wait', 'No message was received.']);
  });
  it('is bad while the pipeline is in trouble, whatever the sums, and names the reason', () => {
    const { state, sentence } = verdict({ ...summaryOf(collector), troubles: ['token: Check the secret.'] }, ENGLISH);
    assert.equal(state, 'bad');
    assert.match(
      plain(sentence),
      /^The pipeline reported trouble at Nov 25, 12:00:00 UTC\..* token: Check the secret\. All 10 received messages/,
    );
  });
  it('is bad if lines of an hour are not stored, and lists them with the reason', () => {
    const gap = { hour: '2026-11-25T14', table: 'chat', partition: 3, from: '100', to: '1300' };
    const summary = {
      ...summaryOf(collector),
      gaps: [
        { ...gap, reason: 'missing' as const },
        { ...gap, hour: '2026-11-25T16', to: '101', reason: 'lost' as const },
      ],
    };
    const { state, badge, sentence } = verdict(summary, ENGLISH);
    assert.deepEqual([state, badge], ['bad', 'lines missing']);
    assert.match(
      plain(sentence),
      /^1,201 lines are not stored\. Their hours begin at Nov 25, 14:00:00 UTC, Nov 25, 16:00:00 UTC\. All 10 received/,
    );
    const panel = panelOf(summary);
    assert.match(
      panel,
      /Nov 25, 14:00:00 UTC: 1,200 of chat \(partition 3, offsets 100 up to 1300\)\. Their file is missing\. When it is back, the hour is made again\./,
    );
    assert.match(
      panel,
      /Nov 25, 16:00:00 UTC: 1 of chat .* They are lost: Kafka removed them before they were loaded, or/,
    );
  });
  it('tells messages of users who opted out apart from duplicates', () => {
    const page = panelOf(summaryOf({ ...collector, red: 13, erased: 3 }));
    assert.match(
      page,
      /13 stored messages = 9 with distinct ids \+\s+1 duplicates \+ 3 of users who opted out, without their text\./,
    );
  });

  it('is good if messages are stored twice; the panel gives the reason', () => {
    const resent = { ...collector, red: 12, redTwice: 2 };
    assert.deepEqual(verdictOf(resent), ['good', 'All 10 received messages are stored.']);
    assert.match(
      panelOf(summaryOf(resent)),
      /3 duplicates \(2 of them sent again because an answer from Kafka was lost\)\./,
    );
  });
  it('tells in the panel how many lines could not be read', () => {
    const panel = (quarantined: number): string => panelOf({ ...summaryOf(collector), quarantined });
    assert.match(panel(1), /1 duplicates\. 1 other line could not be read \(table quarantine\)\./);
    assert.match(panel(1_200), /1,200 other lines could not be read/);
    assert.doesNotMatch(panel(0), /could not be read/);
  });
  it('reports how often rooms were lost', () => {
    const all = 'All 10 received messages are stored.';
    assert.deepEqual(verdictOf({ losses: 1 }), ['good', `${all} Rooms were lost once: the page of the day says when.`]);
    assert.deepEqual(verdictOf({ losses: 1_250 }), [
      'good',
      `${all} Rooms were lost 1,250 times: the page of the day says when.`,
    ]);
  });
  it('names a collector that fell silent, and since when; claims no more than was reported', () => {
    const [state, sentence] = verdictOf({ silentSince: '2026-11-25T11:04:10Z' });
    assert.equal(state, 'wait');
    assert.equal(
      sentence,
      'Collector c1 fell silent at Nov 25, 11:04:10 UTC. Messages that it received after that may be lost. All 10 counted messages are stored.',
    );
  });
  it('counts the collectors that fell silent, with the time of the first', () => {
    const [, sentence] = verdictOf(
      { silentSince: '2026-11-25T11:04:10Z' },
      { ...collector, silentSince: '2026-11-25T10:00:00Z' },
    );
    assert.match(
      sentence,
      /^2 collectors fell silent, the first at Nov 25, 10:00:00 UTC\. Messages that they received/,
    );
  });
  it('does not claim that all messages are stored while the newest are being loaded', () => {
    const [, sentence] = verdictOf({ silentSince: '2026-11-25T11:04:10Z', red: 8, windowsPending: 1 });
    assert.doesNotMatch(sentence, /stored/);
  });
  it('waits if messages of windows without a report are stored', () => {
    const [state, sentence] = verdictOf({ red: 12, redUntold: 2 });
    assert.equal(state, 'wait');
    assert.match(sentence, /^2 stored messages have no collector count.* All 10 counted messages/);
  });
  it('is good while the newest messages are being counted, and says so', () => {
    const [state, sentence] = verdictOf({ red: 12, redNew: 2 });
    assert.deepEqual(
      [state, sentence],
      ['good', 'All 10 received messages are stored. The newest 2 are still being counted.'],
    );
  });
  it('waits if only the newest windows differ', () => {
    const [state, sentence] = verdictOf({ red: 8, windowsPending: 1 });
    assert.equal(state, 'wait');
    assert.match(sentence, /The newest messages are still being loaded/);
  });
  it('is bad if fewer messages are stored than received in any window, whatever the totals and silent collectors', () => {
    assert.equal(verdictOf({ windowsOff: 1, silentSince: '2026-11-25T11:04:10Z', red: 12, redTwice: 2 })[0], 'bad');
  });
});

describe('verdict(summary) in Korean', () => {
  const korean = (summary: DaySummary): string => verdict(summary, localeOf('ko')).sentence.markup;

  it('speaks Korean, with times of Seoul', () => {
    assert.equal(korean(summaryOf(collector)), '수신한 메시지 10개가 모두 저장되었습니다.');
    const silent = korean(summaryOf({ ...collector, silentSince: '2026-11-25T20:00:00Z' }));
    assert.match(silent, /수집기 c1의 보고가 <time [^>]*>11월 26일 05:00:00 GMT\+9<\/time>에 끊겼습니다/);
  });
  it('marks what programs say in English', () => {
    const troubles = ['token: Check <b>.'];
    assert.match(korean({ ...summaryOf(collector), troubles }), /<span lang="en">token: Check &lt;b&gt;\.<\/span>/);
  });
});

describe('addUp(collectors)', () => {
  it('adds up each figure, and counts the messages that yellow dropped as duplicates', () => {
    const { received, red, yellow, duplicates } = addUp([collector, collector]);
    assert.deepEqual({ received, red, yellow, duplicates }, { received: 20, red: 20, yellow: 18, duplicates: 2 });
  });
});
