import assert from 'node:assert/strict';
import { accountLookup } from '../../../activities/twitch/account-lookup.ts';
import { LIVE_LIST_PATH } from '../../../activities/twitch/live-list.ts';
import { memoryParameters } from '../../integration/memory-parameters.ts';

const listOf = (accounts: Record<string, string | undefined>) => ({
  polledAt: '2026-11-25T14:00:00.000Z',
  streams: Object.entries(accounts).map(([channelId, account]) => ({
    ...{ channelId, channelLogin: `login${channelId}`, streamId: `s${channelId}`, viewerCount: 1, missedSweeps: 0 },
    ...(account === undefined ? {} : { account }),
  })),
  left: [],
});

describe('accountLookup(parameters)', () => {
  it('finds the account of a channel, and none for a channel without one', async () => {
    const accountOf = accountLookup(memoryParameters({ [LIVE_LIST_PATH]: listOf({ 1: 'a', 2: undefined }) }));
    assert.deepEqual([await accountOf('1'), await accountOf('2'), await accountOf('3')], ['a', undefined, undefined]);
    assert.equal(await accountLookup(memoryParameters())('1'), undefined);
  });

  it('reads the list once for many that ask together, and again for those that ask later', async () => {
    const parameters = memoryParameters({ [LIVE_LIST_PATH]: listOf({ 1: 'a' }) });
    let reads = 0;
    const accountOf = accountLookup({
      ...parameters,
      get: (path, schema) => {
        reads += 1;
        return parameters.get(path, schema);
      },
    });
    const together = await Promise.all(Array.from({ length: 200 }, () => accountOf('1')));
    assert.deepEqual([new Set(together), reads], [new Set(['a']), 1]);
    parameters.values.set(LIVE_LIST_PATH, listOf({ 1: 'b' }));
    assert.deepEqual([await accountOf('1'), reads], ['b', 2]);
  });

  it('asks again after the store has failed', async () => {
    const parameters = memoryParameters({ [LIVE_LIST_PATH]: listOf({ 1: 'a' }) });
    let isAway = true;
    const accountOf = accountLookup({
      ...parameters,
      get: (path, schema) => (isAway ? Promise.reject(new Error('away')) : parameters.get(path, schema)),
    });
    await assert.rejects(accountOf('1'), /away/);
    isAway = false;
    assert.equal(await accountOf('1'), 'a');
  });
});
