import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createScenario } from '../../../infra/twitch-simulator/scenario.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { RawChatClient } from './raw-chat-client.ts';
import { logIn, order, readIds, readTruth, withSimulator } from './with-simulator.ts';

const [first, second] = createScenario(7, 8, true).channels.map(({ login }) => login);
assert.ok(first && second);

describe('chat of the Twitch simulator', () => {
  it('welcomes anonymous readers, joins, parts and answers PING', async () => {
    await withSimulator({ messagesPerSecond: 0 }, async (simulator) => {
      const client = new RawChatClient(simulator.ircUrl);
      client.send('CAP REQ :twitch.tv/nonsense');
      client.logInAnonymously();
      await client.line(/CAP \* NAK :twitch.tv\/nonsense/);
      await client.line(/CAP \* ACK :twitch.tv\/tags twitch.tv\/commands/);
      await client.line(/ 376 justinfan12345 /);
      client.send(`JOIN #${first}`, 'JOIN #nobody_streams_here');
      await client.line(new RegExp(`^:justinfan12345!\\S+ JOIN #${first}$`));
      await client.line(new RegExp(` 353 justinfan12345 = #${first} `));
      await client.line(new RegExp(` 366 justinfan12345 #${first} `));
      await client.line(new RegExp(`^@\\S*room-id=\\d+\\S* :tmi.twitch.tv ROOMSTATE #${first}$`));
      assert.equal((await readTruth(simulator)).joined[first], 1);
      client.send('PING :are you there', `PART #${first}`);
      await client.line(/PONG tmi.twitch.tv :are you there/);
      await client.line(new RegExp(` PART #${first}$`));
      assert.equal((await readTruth(simulator)).joined[first], 0);
      assert.deepEqual(client.matching(/nobody_streams_here/), []);
      await client.quit();
    });
  });

  it('accepts a user with a valid token, and refuses others', async () => {
    await withSimulator({ messagesPerSecond: 0 }, async (simulator) => {
      const { access_token } = await logIn(simulator);
      const user = new RawChatClient(simulator.ircUrl);
      user.send('CAP REQ :twitch.tv/tags twitch.tv/commands', `PASS oauth:${access_token}`, 'NICK lake_reader');
      await user.line(/GLOBALUSERSTATE$/);
      await user.quit();
      for (const [lines, answer] of [
        [['PASS oauth:wrong', 'NICK lake_reader'], /NOTICE \* :Login authentication failed/],
        [[`PASS oauth:${access_token}`, 'NICK somebody'], /NOTICE \* :Login authentication failed/],
        [['PASS wrong', 'NICK lake_reader'], /NOTICE \* :Improperly formatted auth/],
      ] as const) {
        const stranger = new RawChatClient(simulator.ircUrl);
        stranger.send(...lines);
        await stranger.line(answer);
        await waitFor('the end', () => stranger.closed);
      }
    });
  });

  it('counts exactly what its clients received, including repeated messages, over cut writes', async () => {
    await withSimulator({ messagesPerSecond: 2_000 }, async (simulator) => {
      const clients = [new RawChatClient(simulator.ircUrl), new RawChatClient(simulator.ircUrl)];
      for (const client of clients) client.logInAnonymously();
      clients[0]?.send(`JOIN #${first},#${second}`);
      clients[1]?.send(`JOIN #${first}`);
      await waitFor('messages', async () => (await readTruth(simulator)).sent > 3_000);
      await order(simulator, '/quiet');
      const truth = await readTruth(simulator);
      assert.equal(truth.quiet, true);
      for (const client of clients) await client.quit();

      const received = clients.map(({ messages }) => messages);
      const ids = received.flat().map((line) => /[@;]id=([^; ]+)/.exec(line)?.[1]);
      assert.equal(ids.length, truth.sent);
      assert.equal(new Set(ids).size, truth.distinctIds);
      assert.ok(
        received.some((lines) => new Set(lines).size < lines.length),
        'some line came twice',
      );
      assert.deepEqual(new Set(await readIds(simulator)), new Set(ids));
      const inSecond = received.flat().filter((line) => line.includes(` PRIVMSG #${second} `));
      assert.equal(truth.perChannel[second]?.sent, inSecond.length);
      assert.equal((await readTruth(simulator)).broken, 0);

      const reads = clients.flatMap((client) => client.reads);
      assert.ok(
        reads.some((bytes) => bytes.at(-1) === 0x0d),
        'a read ends between CR and LF',
      );
      assert.ok(
        reads.some((bytes) => bytes.at(-1) !== 0x0a),
        'a read ends within a line',
      );
    });
  });

  it('sends no tags or events to clients that did not request them', async () => {
    await withSimulator({ messagesPerSecond: 500 }, async (simulator) => {
      const plain = new RawChatClient(simulator.ircUrl);
      plain.send('NICK justinfan1', `JOIN #${first}`);
      await waitFor('messages', () => plain.messages.length > 100);
      assert.deepEqual(plain.matching(/^@| USERNOTICE | CLEARCHAT | ROOMSTATE /), []);
      await plain.quit();
    });
  });

  it('sends RECONNECT and closes later; refuses JOINs of a suspended channel; sends the given lines', async () => {
    await withSimulator({ messagesPerSecond: 0 }, async (simulator) => {
      const client = new RawChatClient(simulator.ircUrl);
      client.logInAnonymously();
      await order(simulator, `/channels/${second}/suspend`);
      client.send(`JOIN #${first}`, `JOIN #${second}`);
      await client.line(new RegExp(`msg-id=msg_channel_suspended :tmi.twitch.tv NOTICE #${second} `));
      await order(simulator, `/channels/${first}/say`, { lines: [`:a!a@a PRIVMSG #${first} :by order`] });
      await client.line(/:by order$/);
      await order(simulator, '/connections/reconnect', { afterMs: 10 });
      await client.line(/^:tmi.twitch.tv RECONNECT$/);
      await waitFor('the end', () => client.closed);
    });
  });

  it('drops and stalls connections on command, and closes clients that do not answer PING', async () => {
    await withSimulator({ messagesPerSecond: 200, pingEveryMs: 100 }, async (simulator) => {
      const dropped = new RawChatClient(simulator.ircUrl);
      dropped.logInAnonymously();
      dropped.send(`JOIN #${first}`);
      await waitFor('a message', () => dropped.messages.length > 0);
      await dropped.line(/^PING :tmi.twitch.tv$/);
      await order(simulator, '/connections/drop');
      await waitFor('the reset', () => dropped.closed);
      assert.equal((await readTruth(simulator)).broken, 1);

      const stalled = new RawChatClient(simulator.ircUrl);
      stalled.logInAnonymously();
      stalled.send(`JOIN #${first}`);
      await waitFor('a message', () => stalled.messages.length > 0);
      await order(simulator, '/connections/stall');
      const { sent } = await readTruth(simulator);
      await waitFor('the end, for want of a PONG', () => stalled.closed);
      assert.equal((await readTruth(simulator)).sent, sent);
    });
  });

  it('distributes a transcript over joined channels, each line once, then is quiet', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'transcript-'));
    try {
      const lines = Array.from(
        { length: 50 },
        (_, n) => `@rm=${n};id=old-${n};room-id=1;tmi-sent-ts=1 :p!p@p.tmi.twitch.tv PRIVMSG #old :줄 ${n}`,
      );
      lines.push('@room-id=1;target-user-id=2;tmi-sent-ts=1 :tmi.twitch.tv CLEARCHAT #old :p');
      const transcript = join(directory, 'lines.txt');
      await writeFile(transcript, lines.join('\n'));
      await withSimulator({ transcript, messagesPerSecond: 1_000 }, async (simulator) => {
        const client = new RawChatClient(simulator.ircUrl);
        client.logInAnonymously();
        client.send(`JOIN #${first},#${second}`);
        await waitFor('quiet', async () => (await readTruth(simulator)).quiet);
        await client.quit();
        const truth = await readTruth(simulator);
        assert.deepEqual([truth.sent, truth.distinctIds], [50, 50]);
        const numbers = client.messages.map((line) => Number(/^@rm=(\d+);id=[0-9a-f-]{36};/.exec(line)?.[1]));
        assert.deepEqual(numbers, [...Array(50).keys()]);
        assert.equal(client.matching(/ CLEARCHAT #/).length, 1);
        assert.deepEqual(client.matching(/#old|old-/), []);
      });
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
