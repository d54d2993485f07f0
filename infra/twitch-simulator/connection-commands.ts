import type { FastifyInstance } from 'fastify';
import type { ControlParts } from './control-routes.ts';

/** Commands for all chat connections. */
export function connectionCommands({ chat }: ControlParts) {
  return async function register(app: FastifyInstance): Promise<void> {
    app.post('/reconnect', async (request) => {
      const { afterMs = 30_000 } = (request.body ?? {}) as { afterMs?: number };
      const asked = [...chat.sessions];
      chat.askToReconnect(asked, afterMs);
      return { asked: asked.length };
    });

    app.post('/reconnect-each-welcome', async (request) => {
      const { forMs, afterMs = 30_000 } = request.body as { forMs: number; afterMs?: number };
      chat.reconnectEachWelcome({ forMs, afterMs });
      return { forMs };
    });

    app.post('/close', async () => {
      const open = [...chat.sessions];
      for (const session of open) session.end();
      return { closed: open.length };
    });

    app.post('/drop', async () => {
      const open = [...chat.sessions];
      for (const session of open) session.drop();
      return { dropped: open.length };
    });

    app.post('/stall', async () => {
      for (const session of chat.sessions) session.stall();
      return { stalled: chat.sessions.size };
    });
  };
}
