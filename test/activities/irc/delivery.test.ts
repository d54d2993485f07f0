import assert from 'node:assert/strict';
import { Delivery } from '../../../activities/irc/delivery.ts';

const sentAt = (ms: number) => Buffer.from(`@id=1;tmi-sent-ts=${ms} :a!a@a PRIVMSG #haru :hi`);

function read(delivery: Delivery, message: Buffer, atMs: number): void {
  delivery.lineReceived(atMs);
  delivery.messageReceived(message);
  delivery.readEnded();
}

describe('Delivery', () => {
  it('is complete up to the time when the last message was sent', () => {
    const delivery = new Delivery(0);
    read(delivery, sentAt(9_800), 10_000);
    assert.equal(delivery.completeUpToMs, 9_800);
  });

  it('uses the last known transit time for lines without a time', () => {
    const delivery = new Delivery(0);
    read(delivery, sentAt(9_800), 10_000);
    delivery.lineReceived(60_000);
    delivery.readEnded();
    assert.equal(delivery.completeUpToMs, 59_800);
  });

  it('does not count an incomplete line', () => {
    const delivery = new Delivery(500);
    delivery.readEnded();
    assert.equal(delivery.completeUpToMs, 500);
  });

  it('ignores messages that Twitch sent late, and messages without a time', () => {
    const delivery = new Delivery(0);
    read(delivery, sentAt(99_900), 100_000);
    for (const line of [sentAt(1_000), Buffer.from(':a!a@a PRIVMSG #haru :hi')]) {
      read(delivery, line, 200_000);
      assert.equal(delivery.completeUpToMs, 199_900);
    }
  });

  it('is complete up to now if the clock of Twitch is ahead', () => {
    const delivery = new Delivery(0);
    read(delivery, sentAt(12_000), 10_000);
    assert.equal(delivery.completeUpToMs, 10_000);
  });

  describe('after a stall', () => {
    function stalled(): Delivery {
      const delivery = new Delivery(0);
      read(delivery, sentAt(9_800), 10_000);
      delivery.stalled();
      return delivery;
    }

    it('is complete up to the newest message, whenever that was read', () => {
      const delivery = stalled();
      read(delivery, sentAt(20_000), 600_000);
      delivery.lineReceived(600_000);
      assert.equal(delivery.completeUpToMs, 20_000);
    });

    it('ignores lines without a time', () => {
      const delivery = stalled();
      delivery.lineReceived(600_000);
      delivery.stalled();
      assert.equal(delivery.completeUpToMs, 9_800);
    });

    it('never decreases, and never exceeds the time of reading', () => {
      const delivery = stalled();
      read(delivery, sentAt(5_000), 600_000);
      assert.equal(delivery.completeUpToMs, 9_800);
      read(delivery, sentAt(700_000), 600_000);
      assert.equal(delivery.completeUpToMs, 600_000);
    });

    it('counts the last line again after catching up, with the transit time from before', () => {
      const delivery = stalled();
      read(delivery, sentAt(570_000), 600_000);
      delivery.caughtUp();
      delivery.lineReceived(600_500);
      assert.equal(delivery.completeUpToMs, 600_300);
    });
  });
});
