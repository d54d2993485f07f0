import assert from 'node:assert/strict';
import { SentLines } from './sent-lines.ts';

const message = (id: string, login = 'haru') => Buffer.from(`@id=${id} :a!a@a PRIVMSG #${login} :hi`);

describe('SentLines', () => {
  it('returns the last message of each channel in a time span, even if later ones follow', () => {
    const sent = new SentLines();
    sent.add('haru', message('1'), 1_000);
    sent.add('nabi', message('2', 'nabi'), 1_500);
    sent.add('haru', message('3'), 2_000);
    sent.add('haru', message('4'), 3_000);
    const ids = (fromMs: number, untilMs: number) => sent.latestBetween(fromMs, untilMs).map(({ id }) => id);
    assert.deepEqual(ids(1_000, 2_500), ['3', '2']);
    assert.deepEqual(ids(1_800, 2_500), ['3']);
    assert.deepEqual(ids(2_500, 2_900), []);
  });

  it('cuts lines as a collector does', () => {
    const sent = new SentLines();
    sent.add('haru', Buffer.from('@id=1 :a!a@a PRIVMSG #haru :one\n@id=2 :a!a@a PRIVMSG #haru :two'), 1_000);
    assert.deepEqual(
      sent.lines.map(({ id }) => id),
      ['1', '2'],
    );
    assert.equal(sent.messages, 2);
  });
});
