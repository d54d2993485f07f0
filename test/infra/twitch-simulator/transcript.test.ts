import assert from 'node:assert/strict';
import { describeLine, readTranscript, stampLine } from '../../../infra/twitch-simulator/transcript.ts';

const stamp = { id: 'new-id', sentAtMs: 1_700_000_000_123, channelId: '42', channelLogin: 'haneul_baram' };

describe('readTranscript(bytes)', () => {
  it('keeps lines of rooms and leaves out lines of the connection', () => {
    const lines = [
      'PING :tmi.twitch.tv',
      '@id=a :x!x@x PRIVMSG #old :one\r',
      ':me.tmi.twitch.tv 366 me #old :End of /NAMES list',
      ':x!x@x JOIN #old',
      '',
      '@msg-id=resub :tmi.twitch.tv USERNOTICE #old',
      ':x!x@x PRIVMSG #old :no line end',
    ];
    const kept = readTranscript(Buffer.from(lines.join('\n'))).map(String);
    assert.deepEqual(kept, [lines[1]?.slice(0, -1), lines[5], lines[6]]);
  });
});

describe('stampLine(line, stamp)', () => {
  it('replaces id, tmi-sent-ts, room-id and the channel, and keeps every other byte', () => {
    const head = '@badges=;id=old;x=@id=kept;source-id=kept;room-id=1;tmi-sent-ts=5 :x!x@x.tmi.twitch.tv PRIVMSG #old ';
    const text = Buffer.from([0x3a, 0xff, 0xfe, 0x00, 0x20, 0x3b, 0x69, 0x64, 0x3d, 0x31]);
    const wanted =
      '@badges=;id=new-id;x=@id=kept;source-id=kept;room-id=42;tmi-sent-ts=1700000000123 :x!x@x.tmi.twitch.tv PRIVMSG #haneul_baram ';
    assert.deepEqual(
      stampLine(Buffer.concat([Buffer.from(head), text]), stamp),
      Buffer.concat([Buffer.from(wanted), text]),
    );
  });

  it('adds no tag that was not there', () => {
    assert.equal(
      String(stampLine(Buffer.from(':tmi.twitch.tv CLEARCHAT #old'), stamp)),
      ':tmi.twitch.tv CLEARCHAT #haneul_baram',
    );
  });
});

describe('describeLine(line)', () => {
  it('distinguishes messages from events, and finds whether there is an id', () => {
    assert.deepEqual(describeLine(Buffer.from('@a=1;id=2 :x PRIVMSG #c :hi')), { isMessage: true, hasId: true });
    assert.deepEqual(describeLine(Buffer.from('@room-id=2 :x PRIVMSG #c :hi')), { isMessage: true, hasId: false });
    assert.deepEqual(describeLine(Buffer.from('@id=3 :x USERNOTICE #c :PRIVMSG #c')), {
      isMessage: false,
      hasId: true,
    });
  });
});
