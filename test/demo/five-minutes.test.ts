import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import got from 'got';
import { isFree } from '../../common/free-port.ts';
import { startTwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import type { TwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import { dayOf, hourOf } from '../../workflows/hour.ts';
import { Control } from '../day/control.ts';
import type { SimulatedStream } from '../day/control.ts';
import { temporaryDirectory } from '../integration/red-tiles.ts';
import { SERVERS_TIMEOUT_MS } from '../integration/servers.ts';
import { waitFor } from '../integration/wait-for.ts';
import { copyCheckout, terminalIn } from './checkout-copy.ts';
import { startCommand } from './command.ts';
import type { RunningCommand } from './command.ts';
import { processesWith } from './processes.ts';
import { codeLines, readmeSection } from './readme-lines.ts';

/** One more than a user has rooms, so that the smallest channel gets none unless it is named. */
const CHANNELS = 101;
const SAID = 40;
/** Joining a hundred rooms takes 44 s at Twitch's pace, and the next poll comes within a minute. */
const HEARD_WITHIN_MS = 240_000;
const GONE_WITHIN_MS = 120_000;

/**
 * The way of a newcomer from the README to the first report: each line of the section as it stands there, in a copy of this checkout, with
 * servers of its own. Only the addresses of Twitch are those of the simulator, which has the redirect address of the README.
 */
describe('README, with the real Twitch', function () {
  this.timeout(600_000);
  const section = readmeSection('Use it with real Twitch');
  const lines = codeLines(section);

  let scratch: { path: string; remove: () => Promise<void> };
  let checkout: string;
  let simulator: TwitchSimulator;
  let control: Control;
  let smallest: SimulatedStream;
  let up: RunningCommand;
  const started: RunningCommand[] = [];

  before(async function bringUp() {
    this.timeout(SERVERS_TIMEOUT_MS);
    scratch = await temporaryDirectory('five-minutes');
    checkout = join(scratch.path, 'chatlake');
    await mkdir(checkout);
    await copyCheckout(checkout);
    simulator = await startTwitchSimulator({ seed: 5, channels: CHANNELS, steady: true });
    control = new Control(simulator.controlUrl);
    await control.beQuiet();
    const [, redirect = ''] = /redirect URL `([^`]+)`/.exec(section) ?? [];
    await control.registerRedirects([redirect]);
    smallest = (await control.streams(CHANNELS)).at(-1) ?? assert.fail();
    await control.channel(smallest.login, 'rename', { to: 'your_channel' });
  });

  after(async () => {
    for (const command of started) command.killGroup();
    await simulator?.stop();
    await waitFor('all processes to be gone', () => processesWith(checkout).length === 0, GONE_WITHIN_MS);
    await scratch.remove();
  });

  /** Types a line into a terminal in the checkout. */
  function type(line: string): RunningCommand {
    const command = startCommand(line, ['sh', '-c', line], { cwd: checkout, env: terminalIn(checkout) });
    started.push(command);
    return command;
  }

  async function ended(line: string): Promise<string> {
    const command = type(line);
    assert.equal(await command.exited(), 0, command.stderr());
    return command.stdout();
  }

  /** What is done at each line, and what the README says of it. */
  const STEPS: Record<string, (line: string) => Promise<void>> = {
    async 'cp .env.example .env'(line) {
      await ended(line);
      const file = join(checkout, '.env');
      const settings = (await readFile(file, 'utf8'))
        .replace('TWITCH_CLIENT_ID=\n', `TWITCH_CLIENT_ID=${simulator.clientId}\n`)
        .replace('TWITCH_CLIENT_SECRET=\n', `TWITCH_CLIENT_SECRET=${simulator.clientSecret}\n`);
      // Another Twitch, and no port that a pipeline of this machine may want.
      const { apiUrl, idUrl, ircUrl } = simulator;
      await writeFile(
        file,
        `${settings}TWITCH_API_URL=${apiUrl}\nTWITCH_ID_URL=${idUrl}\nTWITCH_IRC_URL=${ircUrl}\nSITE_PORT=0\n`,
      );
    },
    async 'make up'(line) {
      up = type(line);
      await up.said(/Reports +http/);
      await up.said(/\n +Started\./);
      await up.said(/health +! .*Run `chatlake login/);
    },
    async 'bin/chatlake login'(line) {
      // The redirect address is registered, so the port is always the same.
      await waitFor('the port of the login to be free', () => isFree(17563), 300_000);
      const command = type(line);
      const [, address = ''] = await command.said(/\n {2}(http\S+authorize\S+)\n/);
      assert.match(await (await fetch(address)).text(), /You can close this page/);
      assert.equal(await command.exited(), 0, command.stderr());
      assert.match(command.stdout(), /^Logged in as lake_reader for the account chatlake/);
    },
    async 'bin/chatlake channels add your_channel'(line) {
      assert.match(await ended(line), /^your_channel added to the list, .* The next poll uses it/);
    },
    async 'bin/chatlake channels list'(line) {
      await waitFor(
        'the channel to be heard',
        async () => /^your_channel\* +\d+ +\d* *listening\b/m.test(await ended(line)),
        HEARD_WITHIN_MS,
      );
      await up.said(/health +\S+: listens to \d+ of 100 channels/);
    },
  };

  for (const line of lines)
    it(line, async () => {
      const step = STEPS[line] ?? assert.fail(`Expected the test to know the line \`${line}\`, found no step for it.`);
      await step(line);
    });

  it('has a line for each step, once', () => assert.deepEqual(lines, Object.keys(STEPS)));

  it('leads to the first report, in which the messages of the channel are counted', async () => {
    const sentAtMs = Date.now();
    await control.channel('your_channel', 'say', {
      lines: Array.from({ length: SAID }, (_, index) => privmsg(smallest.id, index, sentAtMs)),
    });
    const [, url = ''] = await up.said(/Reports +(http\S+)/);
    // The channel, its category and title, and the number of its messages.
    const row = new RegExp(
      `<td>(?:<a [^>]*>)?[^<]*\\(your_channel\\)(?:</a>)?</td>(?:<td[^>]*>[^<]*</td>){2}<td[^>]*>${SAID}</td>`,
      'i',
    );
    let page = '';
    await waitFor('its messages in the report', async () => {
      const answer = await got(`${url}/${dayOf(hourOf(sentAtMs))}/`, { throwHttpErrors: false });
      page = answer.body;
      return answer.statusCode === 200 && row.test(page);
    }, 240_000).catch((error: Error) => assert.fail(`${error.message}\n${page}`)); // prettier-ignore
    assert.equal((await got(url)).statusCode, 200);
  });

  it('stops everything with Ctrl-C, without an error, and keeps the data', async () => {
    up.pressCtrlC();
    await up.exited();
    const [, end = ''] = up.stderr().split('Stopping cleanly.');
    assert.match(end, /workers +stopping[^]*servers +stopping/);
    assert.doesNotMatch(end, /error|\n {4}at |fail/i);
    await waitFor('all processes to be gone', () => processesWith(checkout).length === 0, GONE_WITHIN_MS);
    await readFile(join(checkout, 'data', 'installation.json'));
  });
});

function privmsg(channelId: string, index: number, sentAtMs: number): string {
  const tags = `display-name=Lark;emotes=;id=${randomUUID()};room-id=${channelId};tmi-sent-ts=${sentAtMs};user-id=40004`;
  return `@${tags} :lark!lark@lark.tmi.twitch.tv PRIVMSG #your_channel :hello ${index}`;
}
