import assert from 'node:assert/strict';
import { AccountLimits } from '../../../infra/twitch-simulator/account-limits.ts';
import type { TwitchSimulator } from '../../../infra/twitch-simulator/index.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { RawChatClient } from './raw-chat-client.ts';
import { logIn, withSimulator } from './with-simulator.ts';

interface Told {
  account: string;
  limit: string;
}

async function readBreaches({ controlUrl }: TwitchSimulator): Promise<Told[]> {
  return (await (await fetch(`${controlUrl}/breaches`)).json()) as Told[];
}

describe('AccountLimits', () => {
  it('allows an account 20 JOINs in any 10 seconds, and records a breach beyond that', () => {
    let nowMs = 0;
    const limits = new AccountLimits(() => nowMs);
    const taken = Array.from({ length: 20 }, () => limits.take('joins', 'reader'));
    assert.ok(taken.every(Boolean));
    nowMs = 9_999;
    assert.equal(limits.take('joins', 'reader'), false);
    assert.equal(limits.take('joins', 'another'), true);
    assert.equal(limits.take('logins', 'reader'), true);
    nowMs = 10_000;
    assert.equal(limits.take('joins', 'reader'), true);
    assert.deepEqual(limits.breaches, [{ atMs: 9_999, account: 'reader', limit: 'joins' }]);
  });

  it('records no breach for a JOIN that was read late but may have arrived in time', () => {
    let [nowMs, sinceMs] = [3_000, 1_000];
    const limits = new AccountLimits(
      () => nowMs,
      () => sinceMs,
    );
    for (let n = 0; n < 20; n += 1) limits.take('joins', 'reader');
    [nowMs, sinceMs] = [11_000, 10_980];
    for (let n = 0; n < 20; n += 1) assert.equal(limits.take('joins', 'reader'), true);
    [nowMs, sinceMs] = [20_000, 19_980];
    assert.equal(limits.take('joins', 'reader'), false);
  });

  it('allows an account 100 rooms, and readers without an account any number', () => {
    const limits = new AccountLimits(() => 0);
    assert.equal(limits.mayHold(100, 'reader'), true);
    assert.equal(limits.mayHold(101, 'reader'), false);
    assert.equal(limits.mayHold(101, 'justinfan123'), true);
    for (let n = 0; n < 50; n += 1) assert.equal(limits.take('joins', 'justinfan123'), true);
    assert.equal(limits.breaches.length, 1);
  });
});

describe('chat of the Twitch simulator, to an account', () => {
  it('closes the connection whose JOIN exceeds the limit over all connections of the account, and records it', async () => {
    await withSimulator({ channels: 30, messagesPerSecond: 0.1 }, async (simulator) => {
      const { access_token } = await logIn(simulator);
      const logins = (
        (await (await fetch(`${simulator.controlUrl}/streams?top=21`)).json()) as { login: string }[]
      ).map(({ login }) => login);
      const clients = [new RawChatClient(simulator.ircUrl), new RawChatClient(simulator.ircUrl)] as const;
      for (const client of clients) {
        client.send(`PASS oauth:${access_token}`, 'NICK lake_reader');
        await client.line(/ 001 /);
      }
      clients[0].send(...logins.slice(0, 12).map((login) => `JOIN #${login}`));
      await waitFor('twelve joins', () => clients[0].matching(/ 366 /).length === 12);
      clients[1].send(...logins.slice(12).map((login) => `JOIN #${login}`));
      await waitFor('the end of the connection', () => clients[1].closed);
      assert.equal(clients[1].matching(/ 366 /).length, 8);
      assert.deepEqual(
        (await readBreaches(simulator)).map(({ account, limit }) => ({ account, limit })),
        [{ account: 'lake_reader', limit: 'joins' }],
      );
      for (const client of clients) client.destroy();
    });
  });

  it('closes the connection whose login exceeds the limit, and records it', async () => {
    await withSimulator({ messagesPerSecond: 0.1 }, async (simulator) => {
      const { access_token } = await logIn(simulator);
      const clients = Array.from({ length: 21 }, () => new RawChatClient(simulator.ircUrl));
      for (const client of clients) client.send(`PASS oauth:${access_token}`, 'NICK lake_reader');
      await waitFor('one connection to be closed', () => clients.some(({ closed }) => closed));
      await waitFor(
        'twenty welcomes',
        () => clients.filter((client) => client.matching(/ 001 /).length > 0).length === 20,
      );
      assert.deepEqual(
        (await readBreaches(simulator)).map(({ limit }) => limit),
        ['logins'],
      );
      for (const client of clients) client.destroy();
    });
  });
});
