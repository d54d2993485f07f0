import { createIrcPool } from '../../../activities/irc/pool.ts';
import type { IrcPool, IrcPoolOptions } from '../../../activities/irc/pool.ts';
import type { Subscription } from '../../../activities/irc/subscription.ts';
import type { ReaderAccount } from '../../../activities/irc/reader.ts';
import type { TwitchSimulator } from '../../../infra/twitch-simulator/index.ts';
import { createScenario } from '../../../infra/twitch-simulator/scenario.ts';
import { silentLog } from '../../../common/log.ts';
import { RateLimit } from '../../../activities/irc/rate-limit.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { readTruth } from '../../infra/twitch-simulator/with-simulator.ts';
import { MemorySink } from './memory-sink.ts';

/** The channels of the simulator, which are always on air in these tests. */
export const channels = createScenario(7, 8, true).channels.map(({ id, login }) => ({
  channelId: id,
  channelLogin: login,
}));

/** Of a pool, and of its only account. */
type TestPoolOptions = Partial<IrcPoolOptions & ReaderAccount>;

/** An account with wide rate limits. */
export function testAccount(account: Partial<ReaderAccount> = {}): ReaderAccount {
  return {
    name: 'anonymous',
    rooms: 100,
    readChatLogin: () => Promise.resolve('anonymous'),
    joinLimit: new RateLimit({ count: 1_000, windowMs: 1_000 }),
    loginLimit: new RateLimit({ count: 1_000, windowMs: 1_000 }),
    ...account,
  };
}

/** A pool with wide rate limits and short pauses. */
function createTestPool(given: TestPoolOptions & { url: string }): {
  pool: IrcPool;
  sink: MemorySink;
} {
  const { name, readChatLogin, rooms, joinLimit, joinLimitOfEach, loginLimit, ...options } = given;
  const own = Object.entries({ name, readChatLogin, rooms, joinLimit, joinLimitOfEach, loginLimit }).filter(
    ([, it]) => it !== undefined,
  );
  const sink = new MemorySink();
  const pool = createIrcPool({
    accounts: [testAccount(Object.fromEntries(own))],
    sink,
    collector: 'collector-1',
    log: silentLog,
    ...options,
    times: { reconnectFirstMs: 20, reconnectMaxMs: 200, ...options.times },
  });
  return { pool, sink };
}

/** Runs `work` with a pool connected to a server, for example the simulator, and closes the pool afterwards. */
export async function withPool(
  server: Pick<TwitchSimulator, 'ircUrl'>,
  options: TestPoolOptions,
  work: (pool: IrcPool, sink: MemorySink) => Promise<void>,
): Promise<void> {
  const { pool, sink } = createTestPool({ url: server.ircUrl, ...options });
  try {
    await work(pool, sink);
  } finally {
    await pool.close();
  }
}

export async function joinAll(pool: IrcPool, rooms = channels): Promise<Subscription[]> {
  const subscriptions = rooms.map((room) => pool.join(room));
  await waitFor('every join', () => subscriptions.every(({ joined }) => joined));
  return subscriptions;
}

/** Waits until `count` more messages than now were sent and received. */
export async function moreMessages(simulator: TwitchSimulator, sink: MemorySink, count = 100): Promise<void> {
  const { sent } = await readTruth(simulator);
  const received = sink.messages.length;
  await waitFor(`${count} messages`, async () => (await readTruth(simulator)).sent >= sent + count);
  await waitFor(`${count} messages to arrive`, () => sink.messages.length >= received + count);
}
