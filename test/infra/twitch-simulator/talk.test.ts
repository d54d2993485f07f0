import assert from 'node:assert/strict';
import { HOSTILE_TEXTS } from '../../../infra/twitch-simulator/phrases.ts';
import { messageIds } from '../../../infra/twitch-simulator/message-ids.ts';
import { createScenario } from '../../../infra/twitch-simulator/scenario.ts';
import { SeededTalk } from '../../../infra/twitch-simulator/talk.ts';
import { World } from '../../../infra/twitch-simulator/world.ts';

const startedAtMs = Date.UTC(2026, 10, 25, 14);

function talk(turns: number, seed = 5): { text: string; isMessage: boolean; id: string | undefined }[] {
  const now = (): number => startedAtMs;
  const world = new World({ scenario: createScenario(seed, 8, true), startedAtMs, steady: true, now });
  const source = new SeededTalk({ world, nextId: messageIds(seed, startedAtMs), now });
  const lines = Array.from({ length: turns }, () => source.next()).flat();
  return lines.map(({ line, isMessage, id }) => ({ text: line.toString(), isMessage, id }));
}

describe('SeededTalk.next()', () => {
  const lines = talk(20_000);
  const messages = lines.filter(({ isMessage }) => isMessage);
  const some = (pattern: RegExp): boolean => lines.some(({ text }) => pattern.test(text));

  it('sends the same for the same seed', () => {
    assert.deepEqual(talk(500), talk(500));
    assert.notDeepEqual(talk(500), talk(500, 6));
  });

  it('sends about one message in a hundred again, unchanged', () => {
    const distinct = new Map(messages.map(({ id, text }) => [id, text]));
    const repeated = 1 - distinct.size / messages.length;
    assert.ok(repeated > 0.003 && repeated < 0.03, String(repeated));
    for (const { id, text } of messages) assert.equal(text, distinct.get(id));
  });

  it('copies shared chat with a new id, and names the source in both rooms', () => {
    const tagsOf = ({ text }: { text: string }): Map<string, string> =>
      new Map(
        text
          .slice(1, text.indexOf(' '))
          .split(';')
          .map((tag) => tag.split('=') as [string, string]),
      );
    const shared = messages.map(tagsOf).filter((tags) => tags.has('source-id'));
    const copies = shared.filter((tags) => tags.get('source-room-id') !== tags.get('room-id'));
    assert.ok(copies.length > 0);
    const originals = new Set(shared.map((tags) => tags.get('id')));
    for (const copy of copies) {
      assert.notEqual(copy.get('source-id'), copy.get('id'));
      assert.ok(originals.has(copy.get('source-id')));
    }
  });

  it('sends replies, bits, first messages, emotes, /me, very long tags and escaped values', () => {
    assert.ok(some(/;reply-parent-msg-body=\S+\\s/));
    assert.ok(some(/[;@]bits=\d+/) && some(/[;@]first-msg=1/) && some(/ :\u0001ACTION .*\u0001$/));
    assert.ok(some(/x-unknown-tag=semi\\:colon\\sback\\\\slash\\sand\\sspace/));
    assert.ok(Math.max(...lines.map(({ text }) => text.length)) > 2_500);
  });

  it('counts emote positions in code points', () => {
    for (const { text } of messages) {
      const places = /[;@]emotes=\w+:(\d+)-(\d+)/.exec(text);
      if (!places) continue;
      const said = [...text.slice(text.indexOf(' :', text.indexOf(' PRIVMSG #')) + 2)];
      assert.match(said.slice(Number(places[1]), Number(places[2]) + 1).join(''), /^(lake|gamja|pado)[A-Z]\w+$/);
    }
  });

  it('sends every hostile text, and Korean', () => {
    for (const hostile of HOSTILE_TEXTS)
      assert.ok(
        messages.some(({ text }) => text.endsWith(`:${hostile}`)),
        hostile,
      );
    assert.ok(some(/ㅋㅋㅋ/));
  });

  it('sends events of the room between messages', () => {
    for (const command of ['USERNOTICE', 'CLEARCHAT', 'CLEARMSG', 'ROOMSTATE']) {
      assert.ok(
        lines.some(({ text, isMessage }) => !isMessage && text.includes(` ${command} #`)),
        command,
      );
    }
    assert.ok(some(/msg-id=resub/) && some(/msg-id=raid/) && some(/ban-duration=/));
  });
});
