import assert from 'node:assert/strict';
import { pollProblems } from './workflows.ts';

const poll = (startedAtMs: number, seconds: number, status = 'COMPLETED') => ({
  id: `stream-poll-${startedAtMs}`,
  channelLogin: undefined,
  status,
  startedAtMs,
  endedAtMs: startedAtMs + seconds * 1_000,
});

describe('pollProblems(polls, fromMs, untilMs)', () => {
  it('finds nothing if each minute has a poll, or the previous one still runs', () => {
    assert.deepEqual(pollProblems([poll(60_100, 3), poll(120_200, 80), poll(240_000, 2)], 30_000, 260_000), []);
  });

  it('finds a minute without a poll, and a poll that failed', () => {
    assert.match(
      pollProblems([poll(60_100, 3), poll(180_000, 3)], 30_000, 200_000).join('; '),
      /00:02:00.000Z has no poll/,
    );
    assert.match(pollProblems([poll(60_100, 3, 'FAILED')], 30_000, 80_000).join('; '), /ended as FAILED/);
  });
});
