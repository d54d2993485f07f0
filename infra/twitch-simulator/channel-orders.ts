import type { FastifyInstance } from 'fastify';
import type { ControlParts } from './control-routes.ts';

/** Answers what is told to whoever gave the order; undefined where it cannot be obeyed. */
type Order = (login: string, body: Record<string, unknown>) => object | undefined;

/** What is done to one channel, by the login that it has now. */
export function channelOrders({ world, chat }: ControlParts) {
  // Not by the list of all streams: with 120,000 of them that is a long look for one.
  const isLive = (login: string): boolean => {
    const channel = world.channel(login);
    return channel !== undefined && world.stream(channel) !== undefined;
  };
  const onAir =
    (live: boolean): Order =>
    (login) => {
      world.order(login, live);
      return { live: isLive(login) };
    };
  const refuse = (login: string, answer: string | null): object => {
    world.refusals.set(login, answer);
    return { answer };
  };

  const orders: Record<string, Order> = {
    live: onAir(true),
    offline: onAir(false),
    viewers: (login, { times }) => {
      world.orderViewers(login, Number(times));
      return { times };
    },
    suspend: (login) => refuse(login, 'msg_channel_suspended'),
    refuse: (login, { answer = null }) => refuse(login, answer as string | null),
    admit: (login) => ({ admitted: world.refusals.delete(login) }),
    ban: (login, { told = true }) => {
      chat.ban(login, told === true);
      return { banned: true };
    },
    rename: (login, { to, taken = false }) =>
      world.rename(login, String(to), taken === true) ? { to, taken } : undefined,
    say: (login, { lines, encoding = 'utf8' }) => {
      for (const line of lines as string[])
        chat.say({
          channelLogin: login,
          line: Buffer.from(line, encoding as 'utf8' | 'latin1'),
          isMessage: false,
          id: undefined,
        });
      return { live: isLive(login) };
    },
  };

  return async function register(app: FastifyInstance): Promise<void> {
    app.post('/:login/gone', async (request) => {
      const { login } = request.params as { login: string };
      world.gone.add(login);
      return { login, gone: true };
    });

    app.post('/:login/:order', async (request, reply) => {
      const { login, order } = request.params as { login: string; order: string };
      if (world.channel(login) === undefined) return reply.code(404).send({ message: `There is no channel ${login}.` });
      const obey = Object.hasOwn(orders, order) ? orders[order] : undefined;
      if (obey === undefined) {
        const known = Object.keys(orders).join(', ');
        return reply.code(404).send({ message: `Expected one of ${known} or gone, got ${order}.` });
      }
      const told = obey(login, (request.body ?? {}) as Record<string, unknown>);
      return told === undefined
        ? reply.code(409).send({ message: `The order ${order} cannot be obeyed.` })
        : { login, ...told };
    });
  };
}
