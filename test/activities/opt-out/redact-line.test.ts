import assert from 'node:assert/strict';
import { ERASED, STRUCTURAL_TAGS, redactLine } from '../../../activities/opt-out/redact-line.ts';
import type { People } from '../../../activities/opt-out/redact-line.ts';
import { Random } from '../../../infra/twitch-simulator/random.ts';
import { brokenLine, validLine } from '../yellow/fuzzed-lines.ts';

/** Lark, whose name is shown in Hangul. */
const LARK: People = { ids: new Set(['40004']), logins: new Set(['lark']) };

const CASES: [what: string, line: string, kept: string][] = [
  [
    'an own message',
    '@id=a;room-id=1;tmi-sent-ts=7;user-id=40004 :lark!lark@lark.tmi.twitch.tv PRIVMSG #haneul :hello',
    '@chatlake-erased=1;room-id=1;tmi-sent-ts=7 PRIVMSG #haneul',
  ],
  [
    'an own message under an earlier login, with tags in another order and twice',
    '@user-id=40004;tmi-sent-ts=6;user-id=;tmi-sent-ts=7 :skylark!skylark@x PRIVMSG #haneul :hello',
    '@chatlake-erased=1;tmi-sent-ts=7 PRIVMSG #haneul',
  ],
  ['an own message without tags', ':lark!lark@lark PRIVMSG #haneul :hello', `${ERASED} PRIVMSG #haneul`],
  ['an own message whose login has other letters', ':Lark!l@l  PRIVMSG  #haneul :x', `${ERASED} PRIVMSG #haneul`],
  [
    'an own notice, also a raid',
    '@login=lark;msg-id=raid;msg-param-login=lark;room-id=1;system-msg=5\\sraiders;user-id=40004 :tmi.twitch.tv USERNOTICE #haneul',
    '@chatlake-erased=1;room-id=1 USERNOTICE #haneul',
  ],
  ['an own JOIN', ':lark!lark@lark.tmi.twitch.tv JOIN #haneul', `${ERASED} JOIN #haneul`],
  [
    'a message of the new owner of the login',
    '@display-name=Lark;user-id=5 :lark!lark@lark PRIVMSG #haneul :hello',
    '@display-name=Lark;user-id=5 :lark!lark@lark PRIVMSG #haneul :hello',
  ],
  [
    'a reply to them, with their name in Hangul',
    '@reply-parent-display-name=밤하늘;reply-parent-msg-body=my\\stext;reply-parent-msg-id=p;reply-parent-user-id=40004;reply-parent-user-login=lark;user-id=5 :wren!w@w PRIVMSG #haneul :@밤하늘 yes',
    '@reply-parent-display-name=***;reply-parent-msg-body=***;reply-parent-msg-id=p;reply-parent-user-id=***;reply-parent-user-login=***;user-id=5 :wren!w@w PRIVMSG #haneul :@*** yes',
  ],
  [
    'a reply in their thread',
    '@reply-parent-user-id=6;reply-parent-user-login=tern;reply-thread-parent-msg-id=t;reply-thread-parent-user-login=lark;user-id=5 :wren!w@w PRIVMSG #haneul :ok',
    '@reply-parent-user-id=6;reply-parent-user-login=tern;reply-thread-parent-msg-id=t;reply-thread-parent-user-login=***;user-id=5 :wren!w@w PRIVMSG #haneul :ok',
  ],
  [
    'the deletion of their message',
    '@login=lark;room-id=;target-msg-id=m;tmi-sent-ts=7 :tmi.twitch.tv CLEARMSG #haneul :my text',
    '@login=***;room-id=;target-msg-id=m;tmi-sent-ts=7 :tmi.twitch.tv CLEARMSG #haneul :*******',
  ],
  [
    'their ban, which stays a ban',
    '@ban-duration=10;room-id=1;target-user-id=40004;tmi-sent-ts=7 :tmi.twitch.tv CLEARCHAT #haneul :lark',
    '@ban-duration=10;room-id=1;target-user-id=***;tmi-sent-ts=7 :tmi.twitch.tv CLEARCHAT #haneul :***',
  ],
  [
    'their ban under an earlier login',
    '@target-user-id=40004 :tmi.twitch.tv CLEARCHAT #haneul :skylark',
    '@target-user-id=*** :tmi.twitch.tv CLEARCHAT #haneul :***',
  ],
  ['their ban without tags', ':tmi.twitch.tv CLEARCHAT #haneul lark', ':tmi.twitch.tv CLEARCHAT #haneul ***'],
  [
    'a gift to them',
    '@login=wren;msg-param-recipient-display-name=밤하늘;msg-param-recipient-id=40004;msg-param-recipient-user-name=lark;system-msg=Wren\\sgifted\\sa\\ssub\\sto\\s밤하늘!;user-id=5 :tmi.twitch.tv USERNOTICE #haneul',
    '@login=wren;msg-param-recipient-display-name=***;msg-param-recipient-id=***;msg-param-recipient-user-name=***;system-msg=Wren\\sgifted\\sa\\ssub\\sto\\s***!;user-id=5 :tmi.twitch.tv USERNOTICE #haneul',
  ],
  [
    'a paid upgrade of their gift',
    '@login=wren;msg-param-sender-login=lark;msg-param-sender-name=밤하늘;user-id=5 :tmi.twitch.tv USERNOTICE #haneul',
    '@login=wren;msg-param-sender-login=***;msg-param-sender-name=***;user-id=5 :tmi.twitch.tv USERNOTICE #haneul',
  ],
  [
    'mentions, in any letters and beside Hangul, and longer words',
    ':wren!w@w PRIVMSG #haneul :@lark LARK lark님 larks sky_lark "lark"',
    ':wren!w@w PRIVMSG #haneul :@**** **** ****님 larks sky_lark "****"',
  ],
  [
    'escapes before and after a mention',
    '@system-msg=to\\slark\\nlark\\\\slark;user-id=5 :tmi.twitch.tv USERNOTICE #haneul',
    '@system-msg=to\\s****\\n****\\\\slark;user-id=5 :tmi.twitch.tv USERNOTICE #haneul',
  ],
  [
    'their own channel, which stays',
    '@room-id=40004;user-id=5 :wren!w@w PRIVMSG #lark :hello lark',
    '@room-id=40004;user-id=5 :wren!w@w PRIVMSG #lark :hello ****',
  ],
  ['a text that is no line', 'lark/ (lark)', '****/ (****)'],
  ['tags alone', '@user-id=40004;x=lark', '@user-id=*****;x=****'],
  ['spaces and parts that are missing', '@a=b;;c   :x   PRIVMSG', '@a=b;;c   :x   PRIVMSG'],
  ['an empty line', '', ''],
];

describe('redactLine(line, people)', () => {
  for (const [what, line, kept] of CASES) {
    it(`keeps of ${what}: ${kept.slice(0, 60)}`, () => {
      assert.equal(redactLine(line, LARK), kept);
      assert.equal(redactLine(kept, LARK), kept, 'a second time changes nothing');
    });
  }

  it('masks a login that is a common word or the name of a tag in texts only', () => {
    const people: People = { ids: new Set(['12']), logins: new Set(['subscriber', 'the', 'color', 'privmsg']) };
    const line =
      '@badges=subscriber/12;bits=12;color=;subscriber=1;user-id=5 :wren!w@w PRIVMSG #haneul :the subscriber, 12, color';
    assert.equal(
      redactLine(line, people),
      '@badges=subscriber/12;bits=12;color=;subscriber=1;user-id=5 :wren!w@w PRIVMSG #haneul :*** **********, 12, *****',
    );
  });

  it('takes a line of 64 KiB whose every word is a mention', () => {
    const kept = redactLine(`@x=${'lark\\s'.repeat(5_000)} :w!w@w PRIVMSG #haneul :${'lark '.repeat(7_000)}`, LARK);
    assert.ok(!/lark/.test(kept) && kept.length > 60_000);
  });

  /** The tags with names and texts, and the texts: without the author, who is somebody else, and channels, which stay. */
  function redactedParts(line: string): string {
    const head = line.startsWith('@') && line.includes(' ') ? line.slice(0, line.indexOf(' ')) : '';
    const tags = head
      .slice(1)
      .split(';')
      .filter((tag) => !STRUCTURAL_TAGS.has(tag.split('=')[0] ?? ''));
    const values = tags.map((tag) => tag.slice(tag.indexOf('=') + 1).replaceAll(/\\[snr:\\]/g, ' '));
    const [, parameters = ''] = /^ *(?::[^ ]* +)?[^ ]*(.*)$/s.exec(line.slice(head.length)) ?? [];
    return [...values, parameters.replaceAll(/\\[snr:\\]/g, ' ').replaceAll(/(?<=^ +:?)#[^ ]*/g, '')].join(' ');
  }

  for (const seed of ['one', 'two', 'three']) {
    it(`leaves no word that is a login, in lines of any bytes, and is stable (${seed})`, () => {
      const random = new Random(`redact/${seed}`);
      const people: People = { ids: new Set(['9002', '30000']), logins: new Set(['lark', 'waves', 'kappa']) };
      let changed = 0;
      for (let count = 0; count < 5_000; count++) {
        const line = random.chance(0.5) ? brokenLine(random).toString() : validLine(random);
        const kept = redactLine(line, people);
        assert.equal(redactLine(kept, people), kept, JSON.stringify(line));
        if (kept !== line) changed++;
        if (kept.startsWith(ERASED)) continue;
        assert.doesNotMatch(redactedParts(kept), /\b(lark|waves|kappa|30000)\b/i, JSON.stringify(line));
      }
      assert.ok(changed > 1_000, `${changed} lines changed`);
    });

    it(`returns the very line without people in it (${seed})`, () => {
      const random = new Random(`keep/${seed}`);
      const nobody: People = { ids: new Set(['31313131']), logins: new Set(['nobody_of_that_name']) };
      for (let count = 0; count < 5_000; count++) {
        const line = random.chance(0.5) ? brokenLine(random).toString() : validLine(random);
        assert.equal(redactLine(line, nobody), line);
      }
    });
  }
});
