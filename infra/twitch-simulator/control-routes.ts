import type { FastifyInstance } from 'fastify';
import type { AccountLimits } from './account-limits.ts';
import type { Attendance } from './attendance.ts';
import { channelCommands } from './channel-commands.ts';
import { connectionCommands } from './connection-commands.ts';
import type { FaultQueue } from './faults.ts';
import { helixCommands } from './helix-commands.ts';
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
 * The control API for tests and demonstrations. It has no login: the port listens only on the loopback address.
 *
 * | request | effect |
 * |---|---|
 * | `GET /truth` | the counts, see {@link Ledger}; the connections, and how many logins were refused |
 * | `GET /ids?channel=` | distinct delivered ids, one per line; all channels if none is given |
 * | `GET /attendance` | when each room had a connection, by login: see {@link Attendance}; only rooms with a JOIN |
 * | `GET /breaches` | breaches of Twitch's limits for an account: see {@link AccountLimits} |
 * | `GET /accounts` | by account: its logins and JOINs so far, its most rooms at once, its rooms and connections now |
 * | `GET /streams?top=` | login, id, viewers and oddity of the streams with the most viewers now, 100 by default |
 * | `POST /quiet`, `POST /resume` | stop and resume talking; channels stay on air |
 * | `POST /channels/:login/live`, `…/offline` | sets the channel on or off air from now on, whatever the scenario says |
 * | `POST /channels/:login/viewers` `{ times }` | multiplies its viewers by `times` from now on |
 * | `POST /channels/:login/suspend` | from now on JOIN is refused with `msg_channel_suspended` |
 * | `POST /channels/:login/refuse` `{ answer }` | from now on JOIN is refused with this `msg-id`, or not answered if it is null |
 * | `POST /channels/:login/admit` | JOIN is answered as usual again |
 * | `POST /channels/:login/ban` `{ announced, account }` | PART for everybody in the room, or for one account, and `msg_banned` unless `announced` is false; from now on JOIN is refused with `msg_banned` |
 * | `POST /channels/:login/rename` `{ to, taken }` | Helix and chat use the new login; if `taken`, another channel gets the old one at once |
 * | `POST /channels/:login/gone` | the login no longer exists: Helix answers 400 to requests that name it |
 * | `POST /channels/:login/say` `{ lines, encoding }` | sends these lines to the room unchanged (`latin1` for any bytes); not counted |
 * | `POST /connections/reconnect` `{ afterMs }` | RECONNECT to every connection; those still open are closed after `afterMs` (30,000) |
 * | `POST /connections/reconnect-each-welcome` `{ forMs, afterMs }` | for `forMs`, RECONNECT after each welcome as well |
 * | `POST /connections/close` | closes every connection in an orderly way: what was written arrives |
 * | `POST /connections/drop` | resets every connection |
 * | `POST /connections/stall` | every connection stays open but neither sends nor reads |
 * | `POST /faults` `{ kind, count }` | faults for the next answers of Helix: see {@link FaultQueue} |
 * | `POST /faults/storm` `{ kind, forMs }` | the fault for all answers of Helix for `forMs`, from the next request on |
 * | `POST /streams/odd` `{ share }` | from now on this share of the streams is odd: see {@link OddStreams} |
 * | `POST /browser` `{ login }` | from now on this user is logged in in the browser and consents |
 * | `POST /application` `{ redirectUris }` | from now on the application has these redirect addresses, to the letter; at least one. Until then any is right |
 * | `POST /tokens/revoke` `{ refreshTokens, login }` | revokes all access tokens, and the refresh tokens too if true; of one user if named |
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
    app.get('/accounts', async () => chat.accounts());
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

    app.post('/browser', async (request) => {
      const { login } = request.body as { login: string };
      tokens.logInBrowser(login);
      return { login };
    });

    app.post('/application', async (request) => {
      const { redirectUris } = request.body as { redirectUris: string[] };
      tokens.registerRedirects(redirectUris);
      return { redirectUris };
    });

    app.post('/tokens/revoke', async (request) => {
      const { refreshTokens, login } = (request.body ?? {}) as { refreshTokens?: boolean; login?: string };
      tokens.revokeAll(refreshTokens === true, login);
      return { revoked: true };
    });

    app.register(channelCommands(parts), { prefix: '/channels' });
    app.register(connectionCommands(parts), { prefix: '/connections' });
    app.register(helixCommands(parts));
  };
}
