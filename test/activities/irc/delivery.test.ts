import assert from 'node:assert/strict';
import { Delivery } from '../../../activities/irc/delivery.ts';

const sentAt = (ms: number) => Buffer.from(`@id=1;tmi-sent-ts=${ms} :a!a@a PRIVMSG #haru :hi`);

describe('Delivery', () => {
  it('is complete up to the sending of the last message', () => {
    const delivery = new Delivery(0);
    delivery.line(sentAt(9_800), 'PRIVMSG', 10_000);
    delivery.readEnded();
    assert.equal(delivery.completeUpToMs, 9_800);
  });

  it('takes the last known delay for lines that do not tell when they were sent', () => {
    const delivery = new Delivery(0);
    delivery.line(sentAt(9_800), 'PRIVMSG', 10_000);
    delivery.readEnded();
    delivery.line(Buffer.from(':tmi.twitch.tv PONG tmi.twitch.tv :chatlake'), 'PONG', 60_000);
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
    delivery.line(sentAt(99_900), 'PRIVMSG', 100_000);
    delivery.readEnded();
    for (const line of [sentAt(1_000), Buffer.from(':a!a@a PRIVMSG #haru :hi')]) {
      delivery.line(line, 'PRIVMSG', 200_000);
      delivery.readEnded();
      assert.equal(delivery.completeUpToMs, 199_900);
    }
  });

  it('is complete up to now where the other clock is ahead', () => {
    const delivery = new Delivery(0);
    delivery.line(sentAt(12_000), 'PRIVMSG', 10_000);
    delivery.readEnded();
    assert.equal(delivery.completeUpToMs, 10_000);
  });

  it('is complete up to an end in order, less the delay', () => {
    const delivery = new Delivery(0);
    delivery.line(sentAt(9_800), 'PRIVMSG', 10_000);
    delivery.readEnded();
    delivery.ended(20_000);
    assert.equal(delivery.completeUpToMs, 19_800);
  });
});
