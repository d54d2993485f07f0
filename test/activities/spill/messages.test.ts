import assert from 'node:assert/strict';
import { SpillMessages } from '../../../activities/spill/messages.ts';

describe('SpillMessages', () => {
  const message = (receivedAtMs: number) => ({ receivedAtMs, isMessage: true });

  it('gives each message that did not come back the start of its window, and other lines nothing', () => {
    const messages = new SpillMessages();
    messages.add([message(10_000), message(19_999), { receivedAtMs: 12_000, isMessage: false }]);
    messages.add([message(20_000), message(29_999), message(31_000)]);
    const missing = messages.missing([message(19_999), message(31_000), { receivedAtMs: 20_000, isMessage: false }]);
    assert.deepEqual(missing, [message(10_000), message(20_000), message(20_000)]);
  });

  it('gives nothing where it knows of none: of lines that were taken over', () => {
    assert.deepEqual(new SpillMessages().missing([message(10_000)]), []);
  });
});
