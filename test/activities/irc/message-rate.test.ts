import assert from 'node:assert/strict';
import { MessageRate } from '../../../activities/irc/message-rate.ts';

describe('MessageRate', () => {
  it('counts the messages of the last minute', () => {
    const rate = new MessageRate();
    const rates = [0, 30, 60, 90, 120].map((second) => rate.update(second * 2, second * 1000));
    assert.deepEqual(rates, [0, 60, 120, 120, 120]);
    assert.deepEqual([rate.update(240, 150_000), rate.update(240, 180_000)], [60, 0]);
  });

  it('scales when it was not asked for longer than a minute', () => {
    const rate = new MessageRate();
    rate.update(0, 0);
    assert.equal(rate.update(300, 180_000), 100);
  });
});
