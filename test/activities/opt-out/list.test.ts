import assert from 'node:assert/strict';
import { createForgottenReader } from '../../../activities/opt-out/forgotten.ts';
import { enterForgotten } from '../../../activities/opt-out/enter.ts';
import {
  MOST_ENTRIES,
  OPT_OUT_PATH,
  digestOf,
  peopleOf,
  readOptOut,
  troublesOf,
} from '../../../activities/opt-out/list.ts';
import type { OptOut } from '../../../activities/opt-out/list.ts';
import { ParameterError } from '../../../activities/parameters/error.ts';
import { memoryParameters } from '../../integration/memory-parameters.ts';

const SINCE = '2026-11-25T00:00:00Z';

describe('readOptOut(parameters)', () => {
  const read = (value: unknown) => readOptOut(memoryParameters({ [OPT_OUT_PATH]: value }));

  it('is empty without a list', async () => {
    assert.deepEqual((await readOptOut(memoryParameters())).entries, []);
  });

  it('reads good entries beside bad ones, and tells how many are bad', async () => {
    const { entries, damaged } = await read([
      { userId: '1', login: 'LARK', since: SINCE, more: true },
      ...[
        null,
        'x',
        {},
        { userId: 'lark', since: SINCE },
        { userId: '2', login: 'a|b', since: SINCE },
        { userId: '3', since: 'now' },
      ],
    ]);
    assert.deepEqual(entries, [{ userId: '1', login: 'lark', since: SINCE, forgotten: false }]);
    assert.equal(damaged, 6);
    assert.match(troublesOf({ entries, damaged }).join(), /^6 entries of config\/opt-out cannot be read/);
    assert.deepEqual(troublesOf({ entries, damaged: 0 }), []);
  });

  it('refuses a list that is too long', async () => {
    await assert.rejects(read(Array.from({ length: MOST_ENTRIES + 1 }, () => ({ userId: '1', since: SINCE }))));
  });
});

describe('digestOf(optOut)', () => {
  const of = (...entries: [string, (string | undefined)?, string?][]): string =>
    digestOf({
      entries: entries.map(([userId, login, since = SINCE]) => ({ userId, login, since, forgotten: false })),
      damaged: 0,
    } satisfies OptOut);

  it('depends on whom the list names, and on nothing else', () => {
    assert.equal(of(), '');
    assert.equal(of(['1', 'a'], ['2']), of(['2', undefined, '2026-11-26T00:00:00Z'], ['1', 'a'], ['1', 'a']));
    assert.notEqual(of(['1', 'a']), of(['1', 'b']));
    assert.notEqual(of(['1']), of(['1', 'a']));
  });
});

describe('createForgottenReader(parameters)', () => {
  it('names those who must be forgotten, and not those who only opted out', async () => {
    const parameters = memoryParameters({ [OPT_OUT_PATH]: [{ userId: '1', since: SINCE }] });
    const read = createForgottenReader(parameters);
    assert.equal(await read(), undefined);
    await enterForgotten(parameters, { userId: '2', logins: ['Lark'], since: SINCE });
    assert.deepEqual(await read(), { ids: new Set(['2']), logins: new Set(['lark']) });
  });

  it('uses its last answer while the store is away, and waits without one', async () => {
    const away = new ParameterError('unavailable', 'The store is away.', {});
    const parameters = memoryParameters({ [OPT_OUT_PATH]: [{ userId: '1', since: SINCE, forgotten: true }] });
    const get = parameters.get.bind(parameters);
    parameters.get = () => Promise.reject(away);
    const read = createForgottenReader(parameters);
    await assert.rejects(read(), away);
    parameters.get = get;
    const known = await read();
    parameters.get = () => Promise.reject(away);
    assert.deepEqual(await read(), known);
    parameters.get = () => Promise.reject(new ParameterError('unexpected', 'The list is no list.', {}));
    await assert.rejects(read(), /no list/);
  });
});

describe('enterForgotten(parameters, forgotten)', () => {
  it('enters each login once, makes entries final, and tells whether anything is new', async () => {
    const parameters = memoryParameters({ [OPT_OUT_PATH]: [{ userId: '1', login: 'a', since: SINCE }] });
    const enter = (...logins: string[]) => enterForgotten(parameters, { userId: '1', logins, since: SINCE });
    assert.equal((await enter('A', 'b')).isNew, true);
    assert.equal((await enter('b')).isNew, false);
    assert.deepEqual(parameters.values.get(OPT_OUT_PATH), [
      { userId: '1', login: 'a', since: SINCE, forgotten: true },
      { userId: '1', login: 'b', since: SINCE, forgotten: true },
    ]);
  });

  it('enters all of many users who are forgotten at once', async () => {
    const parameters = memoryParameters();
    const users = Array.from({ length: 8 }, (_, at) => String(at + 1));
    await Promise.all(users.map((userId) => enterForgotten(parameters, { userId, logins: [], since: SINCE })));
    assert.deepEqual([...peopleOf((await readOptOut(parameters)).entries).ids].sort(), users);
  });

  it('refuses one more than fits, and says what to remove', async () => {
    const full = Array.from({ length: MOST_ENTRIES }, (_, at) => ({ userId: String(at + 1), since: SINCE }));
    const parameters = memoryParameters({ [OPT_OUT_PATH]: full });
    await assert.rejects(
      enterForgotten(parameters, { userId: '99999', logins: [], since: SINCE }),
      /at most 5000 entries/,
    );
  });
});
