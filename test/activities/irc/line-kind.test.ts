import assert from 'node:assert/strict';
import { nickOf, readLineHead, tagOf, textOf } from '../../../activities/irc/line-kind.ts';

const head = (line: string) => {
  const { kind, channelLogin, roomId } = readLineHead(Buffer.from(line));
  return [kind, channelLogin, roomId];
};

describe('readLineHead(line)', () => {
  it('finds command, channel and room id', () => {
    for (const [line, ...wanted] of [
      ['@id=1;room-id=42;x= :a!a@a PRIVMSG #chan :#other PRIVMSG', 'PRIVMSG', 'chan', '42'],
      ['@room-id=42 :tmi.twitch.tv USERNOTICE #chan', 'USERNOTICE', 'chan', '42'],
      ['@login=x;room-id=;target-msg-id=1 :tmi.twitch.tv CLEARMSG #chan :text', 'CLEARMSG', 'chan', undefined],
      ['@source-room-id=7;room-id=42 :a!a@a PRIVMSG #chan :room-id=9', 'PRIVMSG', 'chan', '42'],
      ['@source-room-id=7 :a!a@a PRIVMSG #chan :;room-id=9', 'PRIVMSG', 'chan', undefined],
      [':a!a@a PRIVMSG #chan :hi', 'PRIVMSG', 'chan', undefined],
      ['PRIVMSG #chan hi', 'PRIVMSG', 'chan', undefined],
      [':tmi.twitch.tv CLEARCHAT #chan', 'CLEARCHAT', 'chan', undefined],
      ['@room-id=1;slow=3 :tmi.twitch.tv ROOMSTATE #chan', 'ROOMSTATE', 'chan', '1'],
      [':tmi.twitch.tv NOTICE * :#not a channel', 'NOTICE', undefined, undefined],
      ['@msg-id=x :tmi.twitch.tv NOTICE #chan :no', 'NOTICE', 'chan', undefined],
      [':me!me@me JOIN #chan', 'JOIN', 'chan', undefined],
      [':me!me@me JOIN :#chan', 'JOIN', 'chan', undefined],
      [':me!me@me PART #chan', 'PART', 'chan', undefined],
      [':me.tmi 353 me = #chan :me', 'numeric', 'chan', undefined],
      [':me.tmi 366 me #chan :End', 'numeric', 'chan', undefined],
      ['PING :tmi.twitch.tv', 'PING', undefined, undefined],
      [':tmi.twitch.tv PONG tmi.twitch.tv :x', 'PONG', undefined, undefined],
      [':tmi.twitch.tv CAP * ACK :twitch.tv/tags', 'CAP', undefined, undefined],
      [':tmi.twitch.tv RECONNECT', 'RECONNECT', undefined, undefined],
      [':tmi.twitch.tv WHATSNEW #chan', 'other', 'chan', undefined],
      ['@badges= :tmi.twitch.tv GLOBALUSERSTATE', 'GLOBALUSERSTATE', undefined, undefined],
    ] as const) {
      assert.deepEqual(head(line), wanted, line);
    }
    assert.equal(readLineHead(Buffer.from(':me.tmi 366 me #chan :End')).numeric, 366);
  });

  it('reads the channel from the first parameter of messages and moderation, with or without #', () => {
    for (const [line, channel] of [
      // Twitch sent a broadcaster's own /clear like this (twitchdev/issues#604).
      ['@room-id=42;tmi-sent-ts=1 :!@.tmi.twitch.tv CLEARCHAT haneul', 'haneul'],
      [':tmi.twitch.tv CLEARMSG haneul :#other', 'haneul'],
      ['PRIVMSG lark #haneul :hi', 'lark'],
      ['PRIVMSG ##haneul :hi', '#haneul'],
      ['USERNOTICE :#haneul', 'haneul'],
      ['PRIVMSG :#haneul hi', 'haneul'],
      ['PRIVMSG # :hi', undefined],
      ['PRIVMSG : #haneul', undefined],
      ['PRIVMSG', undefined],
      ['NOTICE haneul :#other', undefined],
      ['PRIVMSG #하늘 :hi', '하늘'],
    ] as const) {
      assert.equal(readLineHead(Buffer.from(line)).channelLogin, channel, line);
    }
  });

  it('accepts any number of spaces before and between the parts of a line', () => {
    assert.deepEqual(head('@room-id=42   :a!a@a   PRIVMSG   #chan   :  two  '), ['PRIVMSG', 'chan', '42']);
    assert.deepEqual(head('  :a!a@a PRIVMSG  #chan'), ['PRIVMSG', 'chan', undefined]);
    assert.equal(head(' @room-id=42 :a!a@a PRIVMSG #chan')[0], 'other');
  });

  it('uses the last of two values of a tag, even if it is empty', () => {
    assert.deepEqual(head('@room-id=1;x=;room-id=42 PRIVMSG #chan'), ['PRIVMSG', 'chan', '42']);
    assert.deepEqual(head('@room-id=1;room-id= PRIVMSG #chan'), ['PRIVMSG', 'chan', undefined]);
    assert.deepEqual(head('@x=1;room-id=42;source-room-id=7 PRIVMSG #chan'), ['PRIVMSG', 'chan', '42']);
    assert.deepEqual(head('@source-room-id=7 PRIVMSG #chan room-id=1'), ['PRIVMSG', 'chan', undefined]);
  });

  it('never throws', () => {
    for (const line of ['', ' ', '@', '@a', ':', ':a', '@a :b', '#x', '@a :b C', 'x'.repeat(9), '\0\0']) head(line);
    for (let round = 0; round < 2_000; round += 1) {
      readLineHead(Buffer.from(Array.from({ length: round % 40 }, () => Math.floor(Math.random() * 256))));
    }
    assert.deepEqual(head('@a  :b   PRIVMSG  #c'), ['PRIVMSG', 'c', undefined]);
  });
});

describe('nickOf, tagOf and textOf(line)', () => {
  it('return nick, tag and text', () => {
    const line = Buffer.from('@msg-id=tos_ban;x=1 :nick!user@host NOTICE #chan :two words: 가');
    assert.deepEqual(
      [nickOf(line), tagOf(line, 'msg-id'), tagOf(line, 'id'), textOf(line)],
      ['nick', 'tos_ban', '', 'two words: 가'],
    );
    assert.deepEqual([nickOf(Buffer.from('PING :x')), textOf(Buffer.from('PING :x'))], ['', 'x']);
    assert.equal(nickOf(Buffer.from(':tmi.twitch.tv 001 me')), 'tmi.twitch.tv');
  });

  it('return the last parameter with and without a colon', () => {
    for (const [line, text] of [
      ['PING tmi.twitch.tv', 'tmi.twitch.tv'],
      ['PING :tmi.twitch.tv', 'tmi.twitch.tv'],
      [':tmi.twitch.tv PONG tmi.twitch.tv chatlake-1', 'chatlake-1'],
      [':tmi.twitch.tv  NOTICE  *  :two words ', 'two words '],
      ['@a=b :x PRIVMSG #chan :', ''],
      ['@a=b :x PRIVMSG #chan hi  ', 'hi'],
      ['@a=b :x PRIVMSG #chan a:b', 'a:b'],
      ['PING', ''],
      ['PING  ', ''],
      ['', ''],
    ] as const) {
      assert.equal(textOf(Buffer.from(line)), text, line);
    }
  });

  it('return the nick of a prefix without a user, and the last of two values of a tag', () => {
    assert.equal(nickOf(Buffer.from(':lark@lark.tmi.twitch.tv PRIVMSG #haneul :hi')), 'lark');
    assert.equal(nickOf(Buffer.from('  :lark!lark@lark.tmi.twitch.tv PRIVMSG #haneul :hi')), 'lark');
    assert.equal(nickOf(Buffer.from(':!@.tmi.twitch.tv CLEARCHAT haneul')), '');
    assert.equal(tagOf(Buffer.from('@msg-id=a;msg-id=b NOTICE #haneul'), 'msg-id'), 'b');
    assert.equal(tagOf(Buffer.from('@msg-id=a;msg-id NOTICE #haneul'), 'msg-id'), '');
  });
});
