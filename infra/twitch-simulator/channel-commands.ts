import type { FastifyInstance } from 'fastify';
import type { ControlParts } from './control-routes.ts';

/** Returns the response; undefined if the command cannot be executed. */
type Command = (login: string, body: Record<string, unknown>) => object | undefined;

/** Commands for one channel, named by its current login. */
export function channelCommands({ world, chat }: ControlParts) {
  // Does not search the list of all streams: that is slow with 120,000 of them.
  const isLive = (login: string): boolean => {
    const channel = world.channel(login);
    return channel !== undefined && world.stream(channel) !== undefined;
  };
  const onAir =
    (live: boolean): Command =>
    (login) => {
      world.setLive(login, live);
      return { live: isLive(login) };
    };
  const refuse = (login: string, answer: string | null): object => {
    world.refusals.set(login, answer);
    return { answer };
  };

  const commands: Record<string, Command> = {
    live: onAir(true),
    offline: onAir(false),
    viewers: (login, { times }) => {
      world.setViewers(login, Number(times));
      return { times };
    },
    suspend: (login) => refuse(login, 'msg_channel_suspended'),
    refuse: (login, { answer = null }) => refuse(login, answer as string | null),
    admit: (login) => ({ admitted: world.refusals.delete(login) }),
    ban: (login, { announced = true, account }) => {
      chat.ban(login, announced === true, account as string | undefined);
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

    app.post('/:login/:command', async (request, reply) => {
      const { login, command } = request.params as { login: string; command: string };
      if (world.channel(login) === undefined) return reply.code(404).send({ message: `There is no channel ${login}.` });
      const execute = Object.hasOwn(commands, command) ? commands[command] : undefined;
      if (execute === undefined) {
        const known = Object.keys(commands).join(', ');
        return reply.code(404).send({ message: `Expected one of ${known} or gone, got ${command}.` });
      }
      const response = execute(login, (request.body ?? {}) as Record<string, unknown>);
      return response === undefined
        ? reply.code(409).send({ message: `The command ${command} cannot be executed now.` })
        : { login, ...response };
    });
  };
}
