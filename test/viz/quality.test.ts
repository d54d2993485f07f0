import assert from 'node:assert/strict';
import { type CollectorSums, addUp } from '../../activities/report/summary.ts';
import type { DaySummary } from '../../activities/report/summary.ts';
import { verdict } from '../../viz/pages/quality.ts';

const collector: CollectorSums = {
  collector: 'c1',
  received: 10,
  acknowledged: 10,
  red: 10,
  redUntold: 0,
  redNew: 0,
  yellow: 9,
  windowsOff: 0,
  windowsPending: 0,
  losses: 0,
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
  };
}

describe('verdict(summary)', () => {
  it('is good where received, acknowledged and red are one number', () => {
    assert.deepEqual(verdict(summaryOf(collector)), {
      state: 'good',
      sentence: '10 received = 10 acknowledged = 10 in red. Nothing was lost.',
    });
  });
  it('waits where red has messages of windows that were not told', () => {
    const { state, sentence } = verdict(summaryOf({ ...collector, red: 12, redUntold: 2 }));
    assert.equal(state, 'wait');
    assert.match(sentence, /Of 2 messages in red no collector has told/);
  });
  it('is good where the newest messages are still being counted, and says so', () => {
    const { state, sentence } = verdict(summaryOf({ ...collector, red: 12, redNew: 2 }));
    assert.equal(state, 'good');
    assert.match(sentence, /^10 received = 10 acknowledged = 10 in red\. .*newest 2 are still being counted/);
  });
  it('waits where only the newest windows differ', () => {
    const { state, sentence } = verdict(summaryOf({ ...collector, red: 8, windowsPending: 1 }));
    assert.equal(state, 'wait');
    assert.match(sentence, /on their way/);
  });
  it('is bad where a window differs, even if the totals are equal', () => {
    assert.equal(verdict(summaryOf({ ...collector, windowsOff: 1 })).state, 'bad');
  });
});

describe('addUp(collectors)', () => {
  it('adds each figure, and counts what yellow dropped as repeated', () => {
    const { received, red, yellow, duplicates } = addUp([collector, collector]);
    assert.deepEqual({ received, red, yellow, duplicates }, { received: 20, red: 20, yellow: 18, duplicates: 2 });
  });
});
