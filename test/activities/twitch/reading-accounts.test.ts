import assert from 'node:assert/strict';
import { readReadingAccounts } from '../../../activities/twitch/reading-accounts.ts';
import { tokenPath } from '../../../activities/twitch/token.ts';
import { memoryParameters } from '../../integration/memory-parameters.ts';

describe('readReadingAccounts(parameters, names)', () => {
  it('says for each account whether a user is logged in, and who', async () => {
    const parameters = memoryParameters({
      [tokenPath('user')]: { accessToken: 'a', login: 'Haru', kind: 'user' },
      [tokenPath('unnamed')]: { accessToken: 'a', refreshToken: 'r' },
      [tokenPath('app')]: { accessToken: 'a', kind: 'app' },
      [tokenPath('odd')]: { accessToken: 7 },
    });
    assert.deepEqual(await readReadingAccounts(parameters, ['user', 'unnamed', 'app', 'odd', 'none']), [
      { name: 'user', login: 'haru', isLoggedIn: true },
      { name: 'unnamed', login: null, isLoggedIn: true },
      { name: 'app', login: null, isLoggedIn: false },
      { name: 'odd', login: null, isLoggedIn: true },
      { name: 'none', login: null, isLoggedIn: false },
    ]);
  });
});
