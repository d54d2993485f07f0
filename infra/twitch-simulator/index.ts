import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import { AccountLimits } from './account-limits.ts';
import { Attendance } from './attendance.ts';
import { controlRoutes } from './control-routes.ts';
import { FaultQueue } from './faults.ts';
import type { FaultKind } from './faults.ts';
import { helixRoutes } from './helix-routes.ts';
import { ReadDelay } from './read-delay.ts';
import { IrcServer } from './irc-server.ts';
import type { RoomLine } from './irc-server.ts';
import { Ledger } from './ledger.ts';
import { messageIds } from './message-ids.ts';
import { OddStreams } from './odd-streams.ts';
import { oauthRoutes } from './oauth-routes.ts';
import { RateLimit } from './rate-limit.ts';
import { RecentMessages } from './recent-messages.ts';
import { createScenario } from './scenario.ts';
import { SeededTalk } from './talk.ts';
import { Talker } from './talker.ts';
import { TokenBook } from './tokens.ts';
import { readTranscript } from './transcript.ts';
import { TranscriptTalk } from './transcript-talk.ts';
import { World } from './world.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The fault to apply to this answer. */
    fault: FaultKind | undefined;
  }
}

export interface TwitchSimulatorOptions {
  /** Determines channels, times, talk and the cuts of writes. */
  seed: number;
  /** Path of a file with recorded IRC lines to send instead of generated chat. Chat ends after the last one. */
  transcript?: string;
  /** Number of channels, at least 1. Default 8. */
  channels?: number;
  /** Messages per second over all channels. Default 20. */
  messagesPerSecond?: number;
  /** If true, all channels stay on air and viewer counts do not change. Default false. */
  steady?: boolean;
  /** By which share viewer counts change every ten seconds, like 0.05; also in a steady world. Default 0. */
  viewerNoise?: number;
  /** Address of the Twitch ports, default 127.0.0.1. The control port is always on 127.0.0.1. */
  host?: string;
  /** Default 0: any free port. */
  ports?: { api?: number; irc?: number; ircs?: number; control?: number };
  /** PEM key and certificate. With them chat is also served over TLS. */
  tls?: { key: string | Buffer; cert: string | Buffer };
  /** Helix points per minute and token. Default 800. */
  pointsPerMinute?: number;
  /** Interval of the chat server's PINGs in ms, default 60,000. A client that does not answer before the next one is disconnected. */
  pingEveryMs?: number;
  /** Called for each line sent in a channel on air, whether or not anybody has joined it. */
  onSay?: (line: RoomLine) => void;
}

export interface TwitchSimulator {
  /** Ends with `/helix`. */
  apiUrl: string;
  /** Ends with `/oauth2`. */
  idUrl: string;
  /** A recent-messages service for the same channels, as `GAP_FILL_URL` wants it. */
  recentMessagesUrl: string;
  ircUrl: string;
  ircsUrl?: string;
  controlUrl: string;
  clientId: string;
  clientSecret: string;
  stop(): Promise<void>;
}

/**
 * A simulated Twitch: Helix and OAuth over HTTP, chat over TCP and TLS, on real sockets and without an account. Events are a function of
 * the seed and happen in real time. The simulator records what it sent to whom, and serves it on its control port ({@link controlRoutes}),
 * so that a test can compare.
 */
export async function startTwitchSimulator(options: TwitchSimulatorOptions): Promise<TwitchSimulator> {
  const {
    seed,
    channels = 8,
    messagesPerSecond = 20,
    steady = false,
    viewerNoise = 0,
    host = '127.0.0.1',
    ports = {},
  } = options;
  const recorded = options.transcript === undefined ? undefined : readTranscript(await readFile(options.transcript));
  const now = Date.now;
  const startedAtMs = now();
  const world = new World({ scenario: createScenario(seed, channels, steady), startedAtMs, steady, viewerNoise, now });
  const tokens = new TokenBook(seed, now);
  const ledger = new Ledger();
  const faults = new FaultQueue(now);
  const odd = new OddStreams();
  const attendance = new Attendance(now);
  const readDelay = new ReadDelay(now);
  const limits = new AccountLimits(now, () => readDelay.arrivedSinceMs);
  const pingEveryMs = options.pingEveryMs ?? 60_000;
  const chat = new IrcServer({ world, tokens, ledger, attendance, limits, pingEveryMs, now });
  const nextId = messageIds(seed, startedAtMs);
  const source =
    recorded === undefined
      ? new SeededTalk({ world, nextId, now })
      : new TranscriptTalk({ lines: recorded, world, nextId, now, isJoined: (login) => chat.isJoined(login) });
  const recent = new RecentMessages(now);
  const say = (line: RoomLine): void => {
    options.onSay?.(line);
    recent.keep(line);
    chat.say(line);
  };
  const talker = new Talker({ source, say, messagesPerSecond, now });

  const rateLimit = new RateLimit(options.pointsPerMinute ?? 800, now);
  const api = createServer();
  api.decorateRequest('ordered', undefined);
  api.register(helixRoutes({ world, tokens, rateLimit, faults, odd, now }), { prefix: '/helix' });
  api.register(oauthRoutes(tokens), { prefix: '/oauth2' });
  api.register(recent.routes(), { prefix: '/recent-messages' });
  const control = createServer();
  control.register(controlRoutes({ world, chat, ledger, attendance, limits, talker, tokens, faults, odd }));

  async function stop(): Promise<void> {
    talker.stop();
    readDelay.stop();
    await Promise.all([api.close(), control.close(), chat.stop()]);
  }

  try {
    const apiPort = await listen(api, host, ports.api);
    const controlPort = await listen(control, '127.0.0.1', ports.control);
    const ircPort = await chat.listen(host, ports.irc ?? 0);
    const ircsPort = options.tls === undefined ? undefined : await chat.listen(host, ports.ircs ?? 0, options.tls);
    return {
      apiUrl: `http://${host}:${apiPort}/helix`,
      idUrl: `http://${host}:${apiPort}/oauth2`,
      recentMessagesUrl: `http://${host}:${apiPort}/recent-messages`,
      ircUrl: `irc://${host}:${ircPort}`,
      ...(ircsPort === undefined ? {} : { ircsUrl: `ircs://${host}:${ircsPort}` }),
      controlUrl: `http://127.0.0.1:${controlPort}`,
      clientId: tokens.clientId,
      clientSecret: tokens.clientSecret,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function createServer(): FastifyInstance {
  return fastify({ forceCloseConnections: true });
}

async function listen(app: FastifyInstance, host: string, port = 0): Promise<number> {
  await app.listen({ host, port });
  return (app.server.address() as AddressInfo).port;
}
