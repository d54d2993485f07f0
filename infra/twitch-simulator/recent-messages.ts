import type { FastifyInstance } from 'fastify';
import type { RoomLine } from './irc-server.ts';
import { one } from './queries.ts';
import type { Query } from './queries.ts';

const LINES_KEPT = 800;

/**
 * A service that keeps the last lines of every channel on air, whether or not anybody has joined it, with the interface and the tags of
 * https://recent-messages.robotty.de/api.
 */
export class RecentMessages {
  readonly #lines = new Map<string, string[]>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  keep({ channelLogin, line }: RoomLine): void {
    const lines = this.#lines.get(channelLogin) ?? [];
    lines.push(marked(line.toString(), this.#now()));
    if (lines.length > LINES_KEPT) lines.shift();
    this.#lines.set(channelLogin, lines);
  }

  routes() {
    return async (app: FastifyInstance): Promise<void> => {
      app.get('/:login', async (request) => {
        const { login } = request.params as { login: string };
        const limit = Number(one(request.query as Query, 'limit') ?? LINES_KEPT);
        const lines = this.#lines.get(login);
        if (lines === undefined) {
          const error = 'The bot is currently not joined to this channel (in progress or failed previously)';
          return { messages: [], error, error_code: 'channel_not_joined' };
        }
        return { messages: lines.slice(-limit), error: null, error_code: null };
      });
    };
  }
}

function marked(line: string, nowMs: number): string {
  const tags = `historical=1;rm-received-ts=${nowMs}`;
  return line.startsWith('@') ? `@${tags};${line.slice(1)}` : `@${tags} ${line}`;
}
