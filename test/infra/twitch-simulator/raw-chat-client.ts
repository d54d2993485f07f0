import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { waitFor } from '../../integration/wait-for.ts';

/** A chat client without any product code. It keeps every read and every line, and answers PING. */
export class RawChatClient {
  readonly reads: Buffer[] = [];
  closed = false;
  readonly #socket: Socket;

  constructor(url: string, options: { ca?: string } = {}) {
    const { hostname, port, protocol } = new URL(url);
    this.#socket =
      protocol === 'ircs:'
        ? connectTls({ host: hostname, port: Number(port), ca: options.ca, servername: 'localhost' })
        : connect({ host: hostname, port: Number(port) });
    this.#socket.on('data', (bytes: Buffer) => {
      this.reads.push(bytes);
      if (bytes.includes('PING :tmi')) this.send('PONG :tmi.twitch.tv');
    });
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => (this.closed = true));
  }

  send(...lines: string[]): void {
    this.#socket.write(lines.map((line) => `${line}\r\n`).join(''));
  }

  logInAnonymously(): void {
    this.send('CAP REQ :twitch.tv/tags twitch.tv/commands', 'NICK justinfan12345');
  }

  get bytes(): Buffer {
    return Buffer.concat(this.reads);
  }

  /** Complete lines received so far. */
  get lines(): string[] {
    return this.bytes.toString().split('\r\n').slice(0, -1);
  }

  matching(pattern: RegExp): string[] {
    return this.lines.filter((line) => pattern.test(line));
  }

  /** Only messages: events of a room may quote one. */
  get messages(): string[] {
    return this.matching(/^(@[^ ]+ )?:[^ ]+ PRIVMSG #/);
  }

  async line(pattern: RegExp): Promise<string> {
    return waitFor(`a line like ${String(pattern)}`, () => this.lines.find((line) => pattern.test(line)));
  }

  /** Sends QUIT and waits until everything written before has arrived. */
  async quit(): Promise<void> {
    this.send('QUIT');
    await waitFor('the end of the connection', () => this.closed);
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
