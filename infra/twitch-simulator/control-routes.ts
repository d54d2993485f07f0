import type { FastifyInstance } from 'fastify';
import type { AccountLimits } from './account-limits.ts';
import type { Attendance } from './attendance.ts';
import { channelOrders } from './channel-orders.ts';
import { connectionOrders } from './connection-orders.ts';
import type { FaultQueue } from './faults.ts';
import { helixOrders } from './helix-orders.ts';
import type { IrcServer } from './irc-server.ts';
import type { Ledger } from './ledger.ts';
import type { OddStreams } from './odd-streams.ts';
import type { Talker } from './talker.ts';
import type { TokenBook } from './tokens.ts';
import type { World } from './world.ts';

export interface ControlParts {
  world: World;
  chat: IrcServer;
  ledger: Ledger;
  attendance: Attendance;
  limits: AccountLimits;
  talker: Talker;
  tokens: TokenBook;
  faults: FaultQueue;
  odd: OddStreams;
}

/**
 * What a test or a demonstration reads and orders. There is no login: the port listens on the loopback address alone.
 *
 * | request | effect |
 * |---|---|
 * | `GET /truth` | the counts, see {@link Ledger}; who is connected, and how many logins were refused |
 * | `GET /ids?channel=` | distinct ids delivered, one a line; of every channel where none is named |
 * | `GET /attendance` | who was connected when, by login: see {@link Attendance}; only rooms that somebody was in or asked for |
 * | `GET /breaches` | what went beyond Twitch's limits for an account: see {@link AccountLimits} |
 * | `GET /streams?top=` | login, id, viewers and oddity of the streams with the most viewers as they are now, 100 by default |
 * | `POST /quiet`, `POST /resume` | stop and go on talking; channels stay on air |
 * | `POST /channels/:login/live`, `…/offline` | from now on, whatever the scenario says |
 * | `POST /channels/:login/viewers` `{ times }` | so many times its viewers from now on |
 * | `POST /channels/:login/suspend` | from now on JOIN is refused with `msg_channel_suspended` |
 * | `POST /channels/:login/refuse` `{ answer }` | from now on JOIN is refused with this `msg-id`, or unanswered where it is null |
 * | `POST /channels/:login/admit` | JOIN is answered as usual again |
 * | `POST /channels/:login/ban` `{ told }` | PART to whoever is in the room, and `msg_banned` unless `told` is false; from now on JOIN is refused with `msg_banned` |
 * | `POST /channels/:login/rename` `{ to, taken }` | Helix and chat know the channel by the new login; where `taken`, the old one is another channel's at once |
 * | `POST /channels/:login/gone` | the login exists no more: a question of Helix that names it is answered 400 |
 * | `POST /channels/:login/say` `{ lines, encoding }` | sends these lines to the room as they are (`latin1` for any bytes); not counted |
 * | `POST /connections/reconnect` `{ afterMs }` | RECONNECT to every connection; those still open are closed after `afterMs` (30,000) |
 * | `POST /connections/reconnect-each-welcome` `{ forMs, afterMs }` | for `forMs`, RECONNECT after each welcome as well |
 * | `POST /connections/close` | closes every connection in order: what was written arrives |
 * | `POST /connections/drop` | resets every connection |
 * | `POST /connections/stall` | every connection stays open, silent and deaf |
 * | `POST /faults` `{ kind, count }` | the next answers of Helix: see {@link FaultQueue} |
 * | `POST /faults/storm` `{ kind, forMs }` | all answers of Helix for so long, from the next question on |
 * | `POST /streams/odd` `{ share }` | from now on this share of the streams is odd: see {@link OddStreams} |
 * | `POST /tokens/revoke` `{ refreshTokens }` | takes back every access token, and the refresh tokens where true |
 */
export function controlRoutes(parts: ControlParts) {
  const { world, chat, ledger, attendance, limits, talker, tokens, odd } = parts;

  return async function register(app: FastifyInstance): Promise<void> {
    app.get('/truth', async () => ({
      ...ledger.sums(),
      connections: chat.sessions.size,
      refusedLogins: chat.refusedLogins,
      joined: chat.joinedCounts(),
      perConnection: [...chat.sessions].map(({ nick, sent, rooms }) => ({ nick, sent, rooms: rooms.size })),
      quiet: talker.quiet,
    }));

    app.get('/ids', async (request, reply) => {
      const ids = ledger.ids((request.query as { channel?: string }).channel);
      return reply.type('text/plain').send(ids.map((id) => `${id}\n`).join(''));
    });

    app.get('/attendance', async () => attendance.attended());
    app.get('/breaches', async () => limits.breaches);
    app.get('/streams', async (request) => {
      const top = Number((request.query as { top?: string }).top ?? 100);
      return world
        .streams()
        .slice(0, top)
        .map(({ channel: { id, login }, viewers }) => ({ id, login, viewers, oddity: odd.oddityOf(id) ?? null }));
    });

    app.post('/quiet', async () => ({ quiet: (talker.beQuiet(true), talker.quiet) }));
    app.post('/resume', async () => ({ quiet: (talker.beQuiet(false), talker.quiet) }));

    app.post('/tokens/revoke', async (request) => {
      tokens.revokeAll(((request.body ?? {}) as { refreshTokens?: boolean }).refreshTokens === true);
      return { revoked: true };
    });

    app.register(channelOrders(parts), { prefix: '/channels' });
    app.register(connectionOrders(parts), { prefix: '/connections' });
    app.register(helixOrders(parts));
  };
}
