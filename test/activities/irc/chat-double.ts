import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A scripted chat server on a real socket. By default it sends a welcome, confirms JOIN and PART and answers PING. */
export interface ChatDouble {
  ircUrl: string;
  /** False: it sends no answers any more. */
  answers: boolean;
  /** False: it ignores every JOIN. */
  joins: boolean;
  /** The nick in the welcome; by default the one that the client sent. */
  nick: string | undefined;
  /** Lines to send after each welcome and each JOIN. */
  afterWelcome: string[];
  afterJoin: (room: string) => string[];
  /** Lines received from all clients, in order. */
  received(pattern: RegExp): string[];
  say(line: string): void;
  /** Closes all connections in an orderly way. */
  end(): void;
}

export async function withChatDouble(work: (double: ChatDouble) => Promise<void>): Promise<void> {
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  const double: ChatDouble = {
    ircUrl: '',
    answers: true,
    joins: true,
    nick: undefined,
    afterWelcome: [],
    afterJoin: () => [],
    received: (pattern) => lines.filter((line) => pattern.test(line)),
    say: (line) => sockets.forEach((socket) => socket.write(`${line}\r\n`)),
    end: () => sockets.forEach((socket) => socket.end()),
  };

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    let rest = '';
    let nick = '';
    socket.on('data', (bytes) => {
      const complete = (rest + bytes.toString()).split('\r\n');
      rest = complete.pop() ?? '';
      for (const line of complete) {
        lines.push(line);
        const [command = '', target = ''] = line.split(' ');
        if (command === 'NICK') nick = double.nick ?? target;
        const answer = double.answers ? answerTo(command, target, nick, double.joins) : undefined;
        if (answer === undefined) continue;
        const more =
          command === 'NICK' ? double.afterWelcome : command === 'JOIN' ? double.afterJoin(target.slice(1)) : [];
        for (const each of [answer, ...more]) socket.write(`${each}\r\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  double.ircUrl = `irc://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await work(double);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

function answerTo(command: string, target: string, nick: string, joins: boolean): string | undefined {
  switch (command) {
    case 'NICK':
      return `:tmi.twitch.tv 001 ${nick} :Welcome`;
    case 'JOIN':
      return joins ? `:${nick}!${nick}@${nick}.tmi.twitch.tv JOIN ${target}` : undefined;
    case 'PART':
      return `:${nick}!${nick}@${nick}.tmi.twitch.tv PART ${target}`;
    case 'PING':
      return `:tmi.twitch.tv PONG tmi.twitch.tv ${target}`;
    default:
      return undefined;
  }
}
