import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { faultKinds } from './faults.ts';
import type { FaultKind, FaultQueue } from './faults.ts';
import type { IrcServer } from './irc-server.ts';
import type { Ledger } from './ledger.ts';
import type { Talker } from './talker.ts';
import type { TokenBook } from './tokens.ts';
import type { World } from './world.ts';

export interface ControlParts {
  world: World;
  chat: IrcServer;
  ledger: Ledger;
  talker: Talker;
  tokens: TokenBook;
  faults: FaultQueue;
}

/**
 * What a test or a demonstration reads and orders. There is no login: the port listens on the loopback address alone.
 *
 * | request | effect |
 * |---|---|
 * | `GET /truth` | the counts, see {@link Ledger} |
 * | `GET /ids?channel=` | distinct ids delivered, one a line; of every channel where none is named |
 * | `POST /quiet`, `POST /resume` | stop and go on talking; channels stay on air |
 * | `POST /channels/:login/live`, `…/offline` | from now on, whatever the scenario says |
 * | `POST /channels/:login/suspend` | from now on JOIN is refused with `msg_channel_suspended` |
 * | `POST /channels/:login/say` `{ lines, encoding }` | sends these lines to the room as they are (`latin1` for any bytes); not counted |
 * | `POST /connections/reconnect` `{ afterMs }` | RECONNECT to every connection; those still open are closed after `afterMs` (30,000) |
 * | `POST /connections/drop` | resets every connection |
 * | `POST /connections/stall` | every connection stays open, silent and deaf |
 * | `POST /faults` `{ kind, count }` | the next answers of Helix: see {@link faultKinds} |
 * | `POST /tokens/revoke` `{ refreshTokens }` | takes back every access token, and the refresh tokens where true |
 */
export function controlRoutes(parts: ControlParts) {
  const { world, chat, ledger, talker, tokens, faults } = parts;

  return async function register(app: FastifyInstance): Promise<void> {
    app.get('/truth', async () => ({
      ...ledger.sums(),
      connections: chat.sessions.size,
      joined: chat.joinedCounts(),
      perConnection: [...chat.sessions].map(({ nick, sent, rooms }) => ({ nick, sent, rooms: rooms.size })),
      quiet: talker.quiet,
    }));

    app.get('/ids', async (request, reply) => {
      const ids = ledger.ids((request.query as { channel?: string }).channel);
      return reply.type('text/plain').send(ids.map((id) => `${id}\n`).join(''));
    });

    app.post('/quiet', async () => ({ quiet: (talker.beQuiet(true), talker.quiet) }));
    app.post('/resume', async () => ({ quiet: (talker.beQuiet(false), talker.quiet) }));

    app.post('/channels/:login/:order', async (request, reply) => {
      const { login, order } = request.params as { login: string; order: string };
      if (world.channel(login) === undefined) return reply.code(404).send({ message: `There is no channel ${login}.` });
      if (order === 'live' || order === 'offline') world.order(login, order === 'live');
      else if (order === 'suspend') world.suspended.add(login);
      else if (order === 'say') {
        const { lines, encoding = 'utf8' } = request.body as { lines: string[]; encoding?: 'utf8' | 'latin1' };
        for (const line of lines) {
          chat.say({ channelLogin: login, line: Buffer.from(line, encoding), isMessage: false, id: undefined });
        }
      } else return reply.code(404).send({ message: `Expected live, offline, suspend or say, got ${order}.` });
      return { login, live: world.streams().some(({ channel }) => channel.login === login) };
    });

    app.post('/connections/reconnect', async (request) => {
      const { afterMs = 30_000 } = (request.body ?? {}) as { afterMs?: number };
      const asked = [...chat.sessions];
      for (const session of asked) session.askToReconnect();
      void delay(afterMs, undefined, { ref: false }).then(() => asked.forEach((session) => session.end()));
      return { asked: asked.length };
    });

    app.post('/connections/drop', async () => {
      const open = [...chat.sessions];
      for (const session of open) session.drop();
      return { dropped: open.length };
    });

    app.post('/connections/stall', async () => {
      for (const session of chat.sessions) session.stalled = true;
      return { stalled: chat.sessions.size };
    });

    app.post('/faults', async (request, reply) => {
      const { kind, count = 1 } = request.body as { kind: FaultKind; count?: number };
      if (!faultKinds.includes(kind)) {
        return reply
          .code(400)
          .send({ message: `Expected "kind" to be one of ${faultKinds.join(', ')}, got ${String(kind)}.` });
      }
      faults.order(kind, count);
      return { kind, count };
    });

    app.post('/tokens/revoke', async (request) => {
      tokens.revokeAll(((request.body ?? {}) as { refreshTokens?: boolean }).refreshTokens === true);
      return { revoked: true };
    });
  };
}
