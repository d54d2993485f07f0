import assert from 'node:assert/strict';
import { type CollectorSums, addUp } from '../../viz/day-summary.ts';
import type { DaySummary } from '../../viz/day-summary.ts';
import { qualityPanel, verdict } from '../../viz/pages/quality.ts';

const collector: CollectorSums = {
  collector: 'c1',
  received: 10,
  acknowledged: 10,
  red: 10,
  redUntold: 0,
  redNew: 0,
  redTwice: 0,
  yellow: 9,
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
    channels: 1,
    sums: addUp(collectors),
    collectors,
    troubles: [],
  };
}

describe('verdict(summary)', () => {
  const said = (change: Partial<CollectorSums>, ...others: CollectorSums[]): [string, string] => {
    const { state, sentence } = verdict(summaryOf({ ...collector, ...change }, ...others));
    return [state, sentence];
  };

  it('is good where red has all that was received', () => {
    assert.deepEqual(said({}), ['good', 'All 10 messages that were received are in red.']);
  });
  it('is no good news where nothing was received', () => {
    assert.deepEqual(said({ received: 0, acknowledged: 0, red: 0 }), ['wait', 'No message was received.']);
  });
  it('is bad while the pipeline is in trouble, whatever the sums are, and says why', () => {
    const { state, sentence } = verdict({ ...summaryOf(collector), troubles: ['token: Check the secret.'] });
    assert.equal(state, 'bad');
    assert.match(sentence, /^The pipeline was in trouble at 12:00:00\b.* token: Check the secret\. All 10 messages/);
  });
  it('is good where red has messages twice; the panel says why', () => {
    const twice = { ...collector, red: 12, redTwice: 2 };
    assert.deepEqual(said(twice), ['good', 'All 10 messages that were received are in red.']);
    assert.match(
      qualityPanel(summaryOf(twice)).markup,
      /3 repeated, of these 2 because an answer of Kafka was lost and they were sent again\./,
    );
  });
  it('says how often rooms were lost', () => {
    const all = 'All 10 messages that were received are in red.';
    assert.deepEqual(said({ losses: 1 }), ['good', `${all} Rooms were lost once, as listed.`]);
    assert.deepEqual(said({ losses: 1_250 }), ['good', `${all} Rooms were lost 1,250 times, as listed.`]);
  });
  it('names a collector that fell silent, and since when; claims no more than what was told', () => {
    const [state, sentence] = said({ silentSince: '2026-11-25T11:04:10Z' });
    assert.equal(state, 'wait');
    assert.equal(
      sentence,
      'Collector c1 fell silent at 11:04:10: what it heard after that may be lost. All 10 messages that were counted are in red.',
    );
  });
  it('counts the collectors that fell silent, and says when the first did', () => {
    const [, sentence] = said(
      { silentSince: '2026-11-25T11:04:10Z' },
      { ...collector, silentSince: '2026-11-25T10:00:00Z' },
    );
    assert.match(sentence, /^2 collectors fell silent, the first at 10:00:00: what they heard/);
  });
  it('does not say that all is in red while the newest of it is on its way', () => {
    const [, sentence] = said({ silentSince: '2026-11-25T11:04:10Z', red: 8, windowsPending: 1 });
    assert.doesNotMatch(sentence, /in red/);
  });
  it('waits where red has messages of windows that were not told', () => {
    const [state, sentence] = said({ red: 12, redUntold: 2 });
    assert.equal(state, 'wait');
    assert.match(sentence, /^Of 2 messages in red no collector has told .* All 10 messages that were counted/);
  });
  it('is good where the newest messages are still being counted, and says so', () => {
    const [state, sentence] = said({ red: 12, redNew: 2 });
    assert.deepEqual(
      [state, sentence],
      ['good', 'All 10 messages that were received are in red. The newest 2 are still being counted.'],
    );
  });
  it('waits where only the newest windows differ', () => {
    const [state, sentence] = said({ red: 8, windowsPending: 1 });
    assert.equal(state, 'wait');
    assert.match(sentence, /on their way/);
  });
  it('is bad where red has fewer than were received in a window, whatever the totals are and whoever fell silent', () => {
    assert.equal(said({ windowsOff: 1, silentSince: '2026-11-25T11:04:10Z', red: 12, redTwice: 2 })[0], 'bad');
  });
});

describe('addUp(collectors)', () => {
  it('adds each figure, and counts what yellow dropped as repeated', () => {
    const { received, red, yellow, duplicates } = addUp([collector, collector]);
    assert.deepEqual({ received, red, yellow, duplicates }, { received: 20, red: 20, yellow: 18, duplicates: 2 });
  });
});
