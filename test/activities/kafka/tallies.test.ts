import assert from 'node:assert/strict';
import { Tallies } from '../../../activities/kafka/tallies.ts';

describe('Tallies', () => {
  const at = (time: string) => Date.parse(`2026-11-25T14:00:${time}Z`);
  const windows = (tallies: Tallies, now: string) =>
    tallies.takeSettled(at(now)).map(({ window, received, acknowledged }) => [window, received, acknowledged]);

  it('tells a window once it has ended and all of it is settled', () => {
    const tallies = new Tallies('c1');
    for (const time of ['01.000', '09.999', '10.000']) tallies.received(at(time));
    tallies.settled(at('01.000'), true);
    assert.deepEqual(windows(tallies, '10.000'), [], 'one is not settled');
    tallies.settled(at('09.999'), true);
    tallies.settled(at('10.000'), true);
    assert.deepEqual(windows(tallies, '09.999'), [], 'not ended');
    assert.deepEqual(windows(tallies, '10.000'), [['2026-11-25T14:00:00.000Z', 2, 2]]);
    assert.deepEqual(windows(tallies, '10.000'), [], 'told once');
    assert.deepEqual(windows(tallies, '20.000'), [['2026-11-25T14:00:10.000Z', 1, 1]]);
  });

  it('shows a message that Kafka refused as received and not acknowledged', () => {
    const tallies = new Tallies('c1');
    tallies.received(at('00.000'));
    tallies.settled(at('00.000'), false);
    assert.deepEqual(windows(tallies, '10.000'), [['2026-11-25T14:00:00.000Z', 1, 0]]);
  });

  it('tells a window again, with all its messages, when one comes after it was told', () => {
    const tallies = new Tallies('c1');
    for (const [now, count] of [
      ['10.000', 1],
      ['20.000', 2],
    ] as const) {
      tallies.received(at('05.000'));
      tallies.settled(at('05.000'), true);
      assert.deepEqual(windows(tallies, now), [['2026-11-25T14:00:00.000Z', count, count]]);
    }
  });

  it('tells what is left at the end, oldest first, as records of the coverage topic', () => {
    const tallies = new Tallies('c1');
    tallies.received(at('15.000'));
    tallies.received(at('05.000'));
    tallies.settled(at('05.000'), true);
    assert.deepEqual(tallies.takeAll(), [
      { kind: 'tally', collector: 'c1', window: '2026-11-25T14:00:00.000Z', received: 1, acknowledged: 1 },
      { kind: 'tally', collector: 'c1', window: '2026-11-25T14:00:10.000Z', received: 1, acknowledged: 0 },
    ]);
    assert.deepEqual(tallies.takeAll(), []);
  });
});
