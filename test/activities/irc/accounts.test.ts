import assert from 'node:assert/strict';
import type { ChatLogin } from '../../../activities/irc/chat-login.ts';
import { RateLimit } from '../../../activities/irc/rate-limit.ts';
import type { RoomInput } from '../../../activities/irc/room.ts';
import type { IrcPool } from '../../../activities/irc/pool.ts';
import { FactError } from '../../../activities/errors.ts';
import { silentLog } from '../../../common/log.ts';
import type { TwitchSimulator } from '../../../infra/twitch-simulator/index.ts';
import { logInAs, order, readTruth, withSimulator } from '../../infra/twitch-simulator/with-simulator.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { withChatDouble } from './chat-double.ts';
import { channels, testAccount, withPool } from './with-pool.ts';

const [first, second, third, fourth] = channels;
assert.ok(first && second && third && fourth);

interface Counted {
  joins: number;
  logins: number;
  mostRooms: number;
  rooms: string[];
}

const readAccounts = async ({ controlUrl }: TwitchSimulator): Promise<Record<string, Counted>> =>
  (await (await fetch(`${controlUrl}/accounts`)).json()) as Record<string, Counted>;

async function loginOf(simulator: TwitchSimulator, login: string): Promise<() => Promise<ChatLogin>> {
  const { access_token: accessToken } = await logInAs(simulator, login);
  return () => Promise.resolve({ login, accessToken });
}

const noToken = (): Promise<never> =>
  Promise.reject(new FactError('Expected a token, found none.', { retryable: true }));

const joined = (pool: IrcPool, ...rooms: RoomInput[]) => {
  const subscriptions = rooms.map((room) => pool.join(room));
  return waitFor('the joins', () => subscriptions.every((it) => it.joined) && subscriptions);
};

describe('createIrcPool(options) with several accounts', () => {
  it('gives a room to the account with the fewest rooms, or to the one that is named, and keeps it there', async () => {
    await withSimulator({ messagesPerSecond: 0.1 }, async (simulator) => {
      const accounts = [
        testAccount({ name: 'a', readChatLogin: await loginOf(simulator, 'reader_a') }),
        testAccount({ name: 'b', readChatLogin: await loginOf(simulator, 'reader_b') }),
      ];
      await withPool(simulator, { accounts }, async (pool) => {
        const named = pool.join(first, 'b');
        const [one, other] = await joined(pool, second, third);
        const unknown = pool.join(fourth, 'removed');
        await waitFor('all', () => named.joined && unknown.joined);
        assert.deepEqual(
          [named, one, other, unknown].map((it) => it?.account),
          ['b', 'a', 'a', 'b'],
        );
        assert.equal(pool.join(first, 'a').account, 'b', 'a room stays with its account');
        const { reader_a, reader_b } = await readAccounts(simulator);
        assert.deepEqual(reader_a?.rooms, [second.channelLogin, third.channelLogin].sort());
        assert.deepEqual(reader_b?.rooms, [first.channelLogin, fourth.channelLogin].sort());
        assert.deepEqual(pool.statesOfAccounts(), new Map([['a', new Map([['listening', 2]])], ['b', new Map([['listening', 2]])]])); // prettier-ignore
      });
    });
  });

  it('joins on one account while another waits for its token, which spoils only its own rooms', async () => {
    await withSimulator({ messagesPerSecond: 0.1 }, async (simulator) => {
      const accounts = [
        testAccount({ name: 'a', readChatLogin: noToken }),
        testAccount({ name: 'b', readChatLogin: await loginOf(simulator, 'reader_b') }),
      ];
      await withPool(simulator, { accounts }, async (pool, sink) => {
        const waiting = pool.join(first, 'a');
        await waitFor('the join of the other', () => pool.join(second, 'b').joined);
        await waitFor('its state', () => waiting.state === 'waiting for a token');
        assert.deepEqual(sink.kinds(second.channelLogin), ['join']);
      });
    });
  });

  it('does not slow an account because the login of another is refused', async () => {
    await withSimulator({ messagesPerSecond: 0.1 }, async (simulator) => {
      const refused = (): Promise<ChatLogin> =>
        Promise.resolve({ login: 'reader_a', accessToken: 'expired', account: 'a' });
      const told: string[] = [];
      const accounts = [
        testAccount({ name: 'a', readChatLogin: refused, onLoginRefused: () => told.push('a') }),
        testAccount({
          name: 'b',
          readChatLogin: await loginOf(simulator, 'reader_b'),
          onLoginRefused: () => told.push('b'),
        }),
      ];
      const times = { reconnectFirstMs: 3_600_000, reconnectMaxMs: 3_600_000 };
      await withPool(simulator, { accounts, times }, async (pool) => {
        await assert.rejects(pool.join(first, 'a').failed, /Run `chatlake login --account a` again\./);
        // Its next attempt waits for an hour. The other account opens its first connection at once.
        const again = pool.join(first, 'a');
        await waitFor('the join of the other', () => pool.join(second, 'b').joined);
        assert.equal(again.joined, false);
        assert.deepEqual(told, ['a'], 'who may ask for a new token');
      });
    });
  });

  it('paces each account by itself', async () => {
    await withSimulator({ messagesPerSecond: 0.1 }, async (simulator) => {
      const twoJoins = () => new RateLimit({ count: 2, windowMs: 3_600_000 });
      const accounts = [
        testAccount({ name: 'a', readChatLogin: await loginOf(simulator, 'reader_a'), joinLimit: twoJoins() }),
        testAccount({ name: 'b', readChatLogin: await loginOf(simulator, 'reader_b'), joinLimit: twoJoins() }),
      ];
      await withPool(simulator, { accounts }, async (pool) => {
        const subscriptions = channels.slice(0, 6).map((room) => pool.join(room));
        await waitFor('two joins for each', () => subscriptions.filter((it) => it.joined).length === 4);
        const { reader_a, reader_b } = await readAccounts(simulator);
        assert.deepEqual([reader_a?.joins, reader_b?.joins], [2, 2]);
      });
    });
  });

  it('paces each connection by itself when it reads anonymously, and opens no more than it needs', async () => {
    await withSimulator({ messagesPerSecond: 0.1 }, async (simulator) => {
      const joinLimitOfEach = () => new RateLimit({ count: 2, windowMs: 3_600_000 });
      await withPool(simulator, { joinLimitOfEach, roomsPerConnection: 2 }, async (pool) => {
        await joined(pool, ...channels.slice(0, 6));
        assert.equal((await readTruth(simulator)).connections, 3);
      });
      await withPool(simulator, { joinLimitOfEach }, async (pool) => {
        const subscriptions = channels.slice(0, 6).map((room) => pool.join(room));
        await waitFor('two joins', () => subscriptions.filter((it) => it.joined).length === 2);
        assert.equal((await readTruth(simulator)).connections, 1);
      });
    });
  });

  it('keeps a room waiting while its account has as many as it may have, and joins it when another is left', async () => {
    await withSimulator({ messagesPerSecond: 0.1 }, async (simulator) => {
      const readChatLogin = await loginOf(simulator, 'reader_a');
      await withPool(simulator, { name: 'a', readChatLogin, rooms: 2 }, async (pool, sink) => {
        const [one] = await joined(pool, first, second);
        const waits = pool.join(third);
        const waitsToo = pool.join(fourth);
        assert.equal((await readAccounts(simulator))['reader_a']?.joins, 2);
        await waitsToo.leave('not needed');
        await one?.leave('made room');
        await waitFor('the third join', () => waits.joined);
        assert.equal((await readAccounts(simulator))['reader_a']?.mostRooms, 2);
        assert.deepEqual(sink.kinds(fourth.channelLogin), ['loss', 'end']);
      });
    });
  });

  it('keeps its rooms within the limit while a connection takes over from another', async () => {
    await withSimulator({ messagesPerSecond: 0.1 }, async (simulator) => {
      const readChatLogin = await loginOf(simulator, 'reader_a');
      await withPool(simulator, { name: 'a', readChatLogin, rooms: 2 }, async (pool, sink) => {
        await joined(pool, first, second);
        await order(simulator, '/connections/reconnect', { afterMs: 60_000 });
        await waitFor('the second login', async () => {
          const { logins = 0, joins = 0 } = (await readAccounts(simulator))['reader_a'] ?? {};
          return logins === 2 && joins === 4;
        });
        assert.equal((await readAccounts(simulator))['reader_a']?.mostRooms, 2);
        assert.deepEqual(sink.kinds(), ['join', 'join'], 'without a gap');
      });
    });
  });

  it('asks again soon for a room that an account has no place for: Twitch may free places late', async () => {
    await withChatDouble(async (double) => {
      double.joins = false;
      const times = { unansweredPauseMs: 20, refusedPauseMs: 3_600_000 };
      await withPool(double, { times }, async (pool) => {
        const subscription = pool.join(first);
        await waitFor('the JOIN', () => double.received(/^JOIN/).length > 0);
        double.joins = true;
        double.say(
          `@msg-id=msg_concurrent_channel_limit_reached :tmi.twitch.tv NOTICE #${first.channelLogin} :No place.`,
        );
        await waitFor('the refusal', () => subscription.state === 'too many rooms' || subscription.joined);
        await waitFor('the join', () => subscription.joined);
      });
    });
  });

  it('says which account a channel has banned, and joins its other rooms', async () => {
    await withSimulator({ messagesPerSecond: 0.1 }, async (simulator) => {
      const accounts = [
        testAccount({ name: 'a', readChatLogin: await loginOf(simulator, 'reader_a') }),
        testAccount({ name: 'b', readChatLogin: await loginOf(simulator, 'reader_b') }),
      ];
      await order(simulator, `/channels/${first.channelLogin}/ban`, { account: 'reader_a' });
      const warnings: unknown[] = [];
      const log = { ...silentLog, warn: (text: string, facts?: object) => void warnings.push([text, facts]) };
      await withPool(simulator, { accounts, log }, async (pool, sink) => {
        const banned = pool.join(first, 'a');
        const other = pool.join(second, 'a');
        await waitFor('the refusal', () => banned.state === 'banned' && other.joined);
        const { channelLogin } = first;
        assert.deepEqual(warnings, [['Twitch refuses a room', { channelLogin, account: 'a', reason: 'msg_banned' }]]);
        const losses = sink.records.filter(({ kind }) => kind === 'loss');
        assert.partialDeepStrictEqual(losses, [{ channelLogin, account: 'a', reason: 'msg_banned' }]);
        await banned.leave('moved');
        await waitFor('the join as another', () => pool.join(first, 'b').joined);
      });
    });
  });
});
