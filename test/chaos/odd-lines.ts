/** A line for any channel. */
interface Line {
  channel: (login: string) => Buffer;
}

const DAY_MS = 24 * 3_600_000;

/** Lines that break a careless parser. Those that are messages have their own ids. */
export function oddLines(run: string): Line[] {
  const message = (number: number, text: string | Buffer, tags = '') => ({
    channel: (login: string) =>
      Buffer.concat([
        Buffer.from(
          `@id=odd-${run}-${number};tmi-sent-ts=${Date.now()}${tags} :a!a@a.tmi.twitch.tv PRIVMSG #${login} :`,
        ),
        Buffer.from(text),
      ]),
  });
  return [
    message(1, 'with a NUL\0in it'),
    message(2, Buffer.from([0x62, 0x72, 0xff, 0xfe, 0x80, 0x6f, 0x6b])),
    message(3, 'x'.repeat(70_000)),
    message(4, 'tags without end', `;flags=${'1-2:P.3,'.repeat(900)}`),
    message(5, ''),
    message(6, '"quoted", comma, tab\t, \\ and 한글 \u{1f600}'),
    { channel: () => Buffer.from('@@@;;== :::') },
    { channel: (login) => Buffer.from(`PRIVMSG #${login}`) },
    {
      channel: (login) =>
        Buffer.from(`:a!a@a PRIVMSG #${login} :first half\n:b!b@b PRIVMSG #${login} :after a bare line feed`),
    },
  ];
}

/** Messages that arrive late: by a minute, an hour and two days. */
export function lateLines(run: string): Line[] {
  return [60_000, 3_600_000, 2 * DAY_MS].map((lateMs) => ({
    channel: (login) =>
      Buffer.from(
        `@id=late-${run}-${lateMs};tmi-sent-ts=${Date.now() - lateMs} :a!a@a.tmi.twitch.tv PRIVMSG #${login} :late by ${lateMs} ms`,
      ),
  }));
}
