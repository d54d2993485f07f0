import assert from 'node:assert/strict';
import { Said } from './said.ts';

const message = (id: string, login = 'haru') => Buffer.from(`@id=${id} :a!a@a PRIVMSG #${login} :hi`);

describe('Said', () => {
  it('gives the last message of each channel in a time, however many came after it', () => {
    const said = new Said();
    said.add('haru', message('1'), 1_000);
    said.add('nabi', message('2', 'nabi'), 1_500);
    said.add('haru', message('3'), 2_000);
    said.add('haru', message('4'), 3_000);
    const ids = (fromMs: number, untilMs: number) => said.latestBetween(fromMs, untilMs).map(({ id }) => id);
    assert.deepEqual(ids(1_000, 2_500), ['3', '2']);
    assert.deepEqual(ids(1_800, 2_500), ['3']);
    assert.deepEqual(ids(2_500, 2_900), []);
  });

  it('cuts what was said as a collector cuts it', () => {
    const said = new Said();
    said.add('haru', Buffer.from('@id=1 :a!a@a PRIVMSG #haru :one\n@id=2 :a!a@a PRIVMSG #haru :two'), 1_000);
    assert.deepEqual(
      said.lines.map(({ id }) => id),
      ['1', '2'],
    );
    assert.equal(said.messages, 2);
  });
});
