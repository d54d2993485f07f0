import assert from 'node:assert/strict';
import { assignAccounts, planRooms } from '../../../activities/twitch/room-plan.ts';
import type { ReadingAccount } from '../../../activities/twitch/room-plan.ts';

const user = (name: string, login: string | null = `user_${name}`): ReadingAccount => ({
  name,
  login,
  isLoggedIn: true,
});
const nobody = (name: string): ReadingAccount => ({ name, login: null, isLoggedIn: false });

describe('planRooms({ limit }, readers)', () => {
  it('takes a hundred rooms for each account with a user', () => {
    assert.deepEqual(planRooms({ limit: null }, [user('a'), user('b')]), {
      rooms: 200,
      accounts: ['a', 'b'],
      notes: [],
      more: 'Each account adds 100: name another one in TWITCH_ACCOUNTS, and run `chatlake login --account NAME`.',
    });
    const few = planRooms({ limit: 30 }, [user('a'), user('b')]);
    assert.deepEqual([few.rooms, few.more], [30, 'Raise `limit` in config/stream-poll for more.']);
  });

  it('says that the limit is above the capacity, and what to do', () => {
    const one = planRooms({ limit: 250 }, [user('a')]);
    assert.equal(one.rooms, 100);
    assert.deepEqual(one.notes, [
      'The limit in config/stream-poll is 250, but one account has only 100 rooms. Log in another account and name it in TWITCH_ACCOUNTS, or lower the limit.',
    ]);
    const two = planRooms({ limit: 201 }, [user('a'), user('b')]);
    assert.match(two.notes.join(), /is 201, but 2 accounts have only 200 rooms/);
    assert.deepEqual(planRooms({ limit: 200 }, [user('a'), user('b')]).notes, []);
  });

  it('gives no rooms to an account without a user, and names it with the command', () => {
    const plan = planRooms({ limit: null }, [nobody('a'), user('b')]);
    assert.deepEqual(
      [plan.rooms, plan.accounts, plan.notes],
      [100, ['b'], ['No user is logged in for the account a. Run `chatlake login --account a`.']],
    );
  });

  it('gives the rooms to the first account while nobody is logged in: they wait for its token', () => {
    const plan = planRooms({ limit: null }, [nobody('a'), nobody('b')]);
    assert.deepEqual([plan.rooms, plan.accounts, plan.notes.length], [100, ['a'], 2]);
  });

  it('counts a user once, under however many names', () => {
    const plan = planRooms({ limit: null }, [user('a', 'haru'), user('b', 'haru'), user('c', null), user('d', null)]);
    assert.deepEqual([plan.rooms, plan.accounts], [300, ['a', 'c', 'd']]);
    assert.deepEqual(plan.notes, [
      'The accounts a and b are the same user, haru, so b gets no rooms. Log in as another user with `chatlake login --account b`.',
    ]);
  });

  it('takes up to 10,000 rooms anonymously, and 100 if no limit is set', () => {
    assert.deepEqual(planRooms({ limit: null }, 'anonymous'), {
      rooms: 100,
      accounts: [],
      notes: [],
      more: 'Raise `limit` in config/stream-poll for more.',
    });
    const most = planRooms({ limit: 10_000 }, 'anonymous');
    assert.deepEqual([most.rooms, most.more], [10_000, 'More rooms are not read anonymously.']);
  });
});

describe('assignAccounts(rooms, accounts)', () => {
  const rooms = (count: number, account?: string) => Array.from({ length: count }, () => ({ account }));
  const countsOf = (assigned: { account?: string | undefined }[]): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const { account = 'none' } of assigned) counts[account] = (counts[account] ?? 0) + 1;
    return counts;
  };

  it('spreads new rooms evenly, at most a hundred for each', () => {
    assert.deepEqual(countsOf(assignAccounts(rooms(180), ['a', 'b'])), { a: 90, b: 90 });
    assert.deepEqual(countsOf(assignAccounts(rooms(200), ['a', 'b'])), { a: 100, b: 100 });
  });

  it('keeps the account of a room, however unevenly they are spread', () => {
    const kept = rooms(90, 'a');
    const assigned = assignAccounts([...rooms(20), ...kept], ['a', 'b']);
    assert.deepEqual(countsOf(assigned), { b: 20, a: 90 });
    assert.deepEqual(assigned.slice(20), kept);
  });

  it('moves the rooms of an account that is gone', () => {
    assert.deepEqual(countsOf(assignAccounts([...rooms(60, 'a'), ...rooms(40, 'gone')], ['a', 'b'])), { a: 60, b: 40 });
    assert.deepEqual(countsOf(assignAccounts(rooms(40, 'gone'), [])), { none: 40 });
  });

  it('never gives an account more than a hundred, whatever the list says', () => {
    assert.deepEqual(countsOf(assignAccounts(rooms(150, 'a'), ['a', 'b'])), { a: 100, b: 50 });
  });
});
