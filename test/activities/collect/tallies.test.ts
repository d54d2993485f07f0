import assert from 'node:assert/strict';
import { Tallies } from '../../../activities/collect/tallies.ts';

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

  it('tells no window of which something may not have come yet', () => {
    const tallies = new Tallies('c1');
    tallies.received(at('01.000'));
    tallies.settled(at('01.000'), true);
    assert.deepEqual(tallies.takeSettled(at('40.000'), at('09.999')), []);
    const told = tallies.takeSettled(at('41.000'), at('25.000')).map(({ window }) => window);
    assert.deepEqual(told, ['2026-11-25T14:00:00.000Z']);
  });

  it('shows a message that Kafka refused as received and not acknowledged', () => {
    const tallies = new Tallies('c1');
    tallies.received(at('00.000'));
    tallies.settled(at('00.000'), false);
    assert.deepEqual(windows(tallies, '10.000'), [['2026-11-25T14:00:00.000Z', 1, 0]]);
  });

  it('tells a window again, with all its messages, when one comes after it was told', () => {
    const tallies = new Tallies('c1');
    for (const count of [1, 2]) {
      tallies.received(at('05.000'));
      tallies.settled(at('05.000'), true);
      assert.deepEqual(windows(tallies, '10.000'), [['2026-11-25T14:00:00.000Z', count, count]]);
    }
  });

  it('tells each window in which it was asked, also without a message, and none that the process slept through', () => {
    const tallies = new Tallies('c1');
    const told = ['01', '09', '10', '11', '49', '50'].flatMap((second) => windows(tallies, `${second}.000`));
    assert.deepEqual(told, [
      ['2026-11-25T14:00:00.000Z', 0, 0],
      ['2026-11-25T14:00:10.000Z', 0, 0],
      ['2026-11-25T14:00:40.000Z', 0, 0],
    ]);
  });

  it('tells no window before all that came earlier is settled', () => {
    const tallies = new Tallies('c1');
    tallies.received(at('05.000'));
    assert.deepEqual(windows(tallies, '15.000'), []);
    assert.deepEqual(windows(tallies, '25.000'), []);
    tallies.settled(at('05.000'), true);
    assert.deepEqual(windows(tallies, '25.000'), [
      ['2026-11-25T14:00:00.000Z', 1, 1],
      ['2026-11-25T14:00:10.000Z', 0, 0],
    ]);
  });

  it('tells what is settled at the end, before the first window that is not', () => {
    const tallies = new Tallies('c1');
    assert.deepEqual(windows(tallies, '05.000'), []);
    for (const time of ['15.000', '25.000']) tallies.received(at(time));
    tallies.settled(at('25.000'), true);
    const told = () => tallies.takeSettled(Infinity).map(({ window }) => window);
    assert.deepEqual(told(), ['2026-11-25T14:00:00.000Z']);
    tallies.settled(at('15.000'), true);
    assert.deepEqual(told(), ['2026-11-25T14:00:10.000Z', '2026-11-25T14:00:20.000Z']);
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
