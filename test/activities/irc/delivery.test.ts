import assert from 'node:assert/strict';
import { Delivery } from '../../../activities/irc/delivery.ts';

const sentAt = (ms: number) => Buffer.from(`@id=1;tmi-sent-ts=${ms} :a!a@a PRIVMSG #haru :hi`);

function read(delivery: Delivery, message: Buffer, atMs: number): void {
  delivery.line(atMs);
  delivery.message(message);
  delivery.readEnded();
}

describe('Delivery', () => {
  it('is complete up to the sending of the last message', () => {
    const delivery = new Delivery(0);
    read(delivery, sentAt(9_800), 10_000);
    assert.equal(delivery.completeUpToMs, 9_800);
  });

  it('takes the last known delay for lines that do not tell when they were sent', () => {
    const delivery = new Delivery(0);
    read(delivery, sentAt(9_800), 10_000);
    delivery.line(60_000);
    delivery.readEnded();
    assert.equal(delivery.completeUpToMs, 59_800);
  });

  it('does not count half a line that has come', () => {
    const delivery = new Delivery(500);
    delivery.readEnded();
    assert.equal(delivery.completeUpToMs, 500);
  });

  it('passes over messages that were held up before they were sent, and those without a time', () => {
    const delivery = new Delivery(0);
    read(delivery, sentAt(99_900), 100_000);
    for (const line of [sentAt(1_000), Buffer.from(':a!a@a PRIVMSG #haru :hi')]) {
      read(delivery, line, 200_000);
      assert.equal(delivery.completeUpToMs, 199_900);
    }
  });

  it('is complete up to now where the other clock is ahead', () => {
    const delivery = new Delivery(0);
    read(delivery, sentAt(12_000), 10_000);
    assert.equal(delivery.completeUpToMs, 10_000);
  });

  describe('after a hold-up', () => {
    function heldUp(): Delivery {
      const delivery = new Delivery(0);
      read(delivery, sentAt(9_800), 10_000);
      delivery.heldUp();
      return delivery;
    }

    it('is complete up to the newest message, whenever it was read', () => {
      const delivery = heldUp();
      read(delivery, sentAt(20_000), 600_000);
      delivery.line(600_000);
      assert.equal(delivery.completeUpToMs, 20_000);
    });

    it('counts nothing that does not tell when it was sent', () => {
      const delivery = heldUp();
      delivery.line(600_000);
      delivery.heldUp();
      assert.equal(delivery.completeUpToMs, 9_800);
    });

    it('never goes back, and never beyond the time of reading', () => {
      const delivery = heldUp();
      read(delivery, sentAt(5_000), 600_000);
      assert.equal(delivery.completeUpToMs, 9_800);
      read(delivery, sentAt(700_000), 600_000);
      assert.equal(delivery.completeUpToMs, 600_000);
    });

    it('goes by the last line again once it has caught up, with the delay from before', () => {
      const delivery = heldUp();
      read(delivery, sentAt(570_000), 600_000);
      delivery.caughtUp();
      delivery.line(600_500);
      assert.equal(delivery.completeUpToMs, 600_300);
    });
  });
});
