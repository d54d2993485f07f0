import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { createParameters } from '../../activities/parameters/client.ts';
import { tokenPath, twitchToken } from '../../activities/twitch/token.ts';
import type { TwitchToken } from '../../activities/twitch/token.ts';
import { simulatorEnvironment } from '../../cli/simulator-environment.ts';
import { freePort, isFree } from '../../common/free-port.ts';
import { identifyProcess } from '../../infra/local/process-identity.ts';
import type { ParameterStore } from '../../infra/parameter-store/server.ts';
import { startTwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import type { TwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import { Control } from '../day/control.ts';
import { BLANK } from '../demo/blank-environment.ts';
import { chatlake } from '../demo/command.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';
import { freshStore, key } from '../infra/parameter-store/fresh-store.ts';
import { waitFor } from '../integration/wait-for.ts';

const ADDRESS = /\n {2}(http\S+authorize\S+)\n/;

/** What newcomers do wrong with logins at Twitch, from public reports. Each must end in one sentence with the remedy. */
describe('chatlake login, after a mistake', function () {
  this.timeout(60_000);
  const directory = temporaryDirectories();
  let simulator: TwitchSimulator;
  let store: ParameterStore;
  let env: Record<string, string>;

  beforeEach(async () => {
    simulator = await startTwitchSimulator({ seed: 3, channels: 1 });
    store = await freshStore(directory());
    const twitch = simulatorEnvironment(simulator);
    env = { ...twitch, PARAMETER_STORE_URL: store.url, PARAMETER_STORE_KEY: key, TWITCH_ACCOUNTS: 'reader' };
  });
  afterEach(async () => {
    await store.stop();
    await simulator.stop();
  });

  const stored = async (): Promise<TwitchToken | undefined> =>
    (await createParameters({ url: store.url, key }).get<TwitchToken>(tokenPath('reader'), twitchToken))?.value;

  async function begin(port = '0') {
    const command = chatlake(['login', '--port', port], env);
    const [, address = ''] = await command.said(ADDRESS);
    const redirect = new URL(new URL(address).searchParams.get('redirect_uri') ?? '');
    return { command, address, redirect };
  }

  async function ended(args: string[], more: Record<string, string> = {}) {
    const command = chatlake(args, { ...env, ...more });
    return { code: await command.exited(), stderr: command.stderr() };
  }

  // https://github.com/twitchdev/issues/issues/762, https://github.com/twitchdev/twitch-cli/pull/267
  for (const path of ['/', '/callback'])
    it(`names the redirect address to register if ${path} stands at the end of the registered one`, async () => {
      const { command, address, redirect } = await begin();
      await new Control(simulator.controlUrl).registerRedirects([`${redirect.origin}${path}`]);
      await fetch(address);
      assert.equal(await command.exited(), 69);
      const sentence = `${redirect.origin} is no redirect address of the application. Add it in the developer console, without a slash at its end, and save it. Run \`chatlake login\` again.\n`;
      assert.ok(command.stderr().endsWith(`The login failed: ${sentence}`), command.stderr());
    });

  // https://github.com/Teekeks/pyTwitchAPI/issues/335, https://github.com/issork/gift/issues/34
  it('says before it waits what to do about an address that never reaches it, and ends on Ctrl-C', async () => {
    const { command, redirect } = await begin();
    await command.said(
      new RegExp(
        `If it shows \`redirect_mismatch\`, add ${redirect.origin} to the redirect addresses .* \`chatlake login --paste\``,
      ),
    );
    command.interrupt();
    assert.equal(await command.exited(), 130);
  });

  // https://github.com/logseq/logseq/issues/12771
  it('is reached by a browser that knows localhost as ::1 only', async function () {
    if (!(await isFree(0, '::1'))) return this.skip();
    const { command, address, redirect } = await begin();
    const answer = await fetch(address, { redirect: 'manual' });
    const { search } = new URL(answer.headers.get('location') ?? '');
    assert.equal((await fetch(`http://[::1]:${redirect.port}/${search}`)).status, 200);
    assert.equal(await command.exited(), 0, command.stderr());
  });

  it('refuses a port that another program has, also for IPv6 alone', async function () {
    for (const host of ['127.0.0.1', '::1']) {
      if (!(await isFree(0, host))) return this.skip();
      const other = createServer().listen(0, host);
      await once(other, 'listening');
      const { port } = other.address() as { port: number };
      const { code, stderr } = await ended(['login', '--port', String(port)]);
      other.close();
      assert.equal(code, 69, host);
      assert.match(stderr, /^Expected port \d+ to be free .* End the program that has it, use --paste, or give --port another one that is in a redirect address of the application\.\n$/); // prettier-ignore
    }
  });

  // https://github.com/cli/cli/pull/650, https://github.com/sanity-io/sanity/issues/7141
  it('says what to do if the browser asks with https', async () => {
    const { command, address, redirect } = await begin();
    const secure = connect({ host: '127.0.0.1', port: Number(redirect.port) });
    await once(secure, 'error');
    await command.said(/\nThe browser has asked with https\. Change https to http in its address bar, and load the page again\.\n/); // prettier-ignore
    await fetch(address);
    assert.equal(await command.exited(), 0, command.stderr());
  });

  // https://github.com/PhantomBot/PhantomBot/issues/2860, https://github.com/kanimaru/twitcher/issues/75
  it('refuses credentials that Twitch does not know, before the user is sent to the browser', async () => {
    for (const wrong of [{ TWITCH_CLIENT_SECRET: 'ofanotherapplication' }, { TWITCH_CLIENT_ID: 'unknownid' }]) {
      const { code, stderr } = await ended(['login', '--port', '0'], wrong);
      assert.equal(code, 69);
      assert.match(stderr, /^OAuth refused a token \(40[03]\)\. Check TWITCH_CLIENT_ID and TWITCH_CLIENT_SECRET: both are on the page of a confidential application, and a new secret ends the old one\.\n$/); // prettier-ignore
    }
  });

  it('finds out that the parameter store does not answer before the user is sent to the browser', async () => {
    const { code, stderr } = await ended(['login', '--port', '0'], { PARAMETER_STORE_URL: 'http://127.0.0.1:1' });
    assert.deepEqual([code, /authorize/.test(stderr)], [69, false], stderr);
  });

  describe('before `make up`, or while it starts', () => {
    const local = (data: string) => ({ PARAMETER_STORE_URL: '', PARAMETER_STORE_KEY: '', DATA_DIR: data });

    function dataDirectory(launcher: string | undefined, storeFile?: string): string {
      const data = directory();
      mkdirSync(join(data, 'servers'));
      if (launcher !== undefined) writeFileSync(join(data, 'servers', 'launcher.pid'), launcher);
      if (storeFile !== undefined) writeFileSync(join(data, 'servers', 'parameter-store.url'), storeFile);
      return data;
    }

    for (const args of [['login'], ['logout'], ['channels', 'add', 'a'], ['channels', 'list']]) {
      const name = args.join(' ');

      it(`\`${name}\` asks for \`make up\`, also after one that ended or crashed`, async () => {
        for (const data of [dataDirectory(undefined), dataDirectory('1 0', `${store.url}\n1 0\n`)]) {
          const { code, stderr } = await ended(args, local(data));
          assert.deepEqual(
            [code, stderr],
            [
              69,
              `Expected a running pipeline in ${data}, found none. Start it with \`make up\` in another terminal, and run this again when it has printed \`Started\`; or set DATA_DIR or PARAMETER_STORE_URL.\n`,
            ],
          );
        }
      });

      it(`\`${name}\` says that it is too early`, async () => {
        const data = dataDirectory(identifyProcess(process.pid));
        const { code, stderr } = await ended(args, local(data));
        assert.deepEqual(
          [code, stderr],
          [
            69,
            `Expected the pipeline in ${data} to have started, but it is still starting. Run this again when it has printed \`Started\`.\n`,
          ],
        );
      });
    }
  });

  describe('with --paste', () => {
    /** Pastes what `edit` makes of the address that the browser shows. */
    async function paste(edit: (shown: string, opened: string) => string) {
      const port = await freePort();
      const child = spawn(process.execPath, ['cli/chatlake.ts', 'login', '--paste', '--port', String(port), '--json'], {
        env: { ...process.env, ...BLANK, ...env },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      let stderr = '';
      child.stderr.on('data', (data: Buffer) => (stderr += String(data)));
      const stdout = text(child.stdout);
      const exit = once(child, 'close');
      const [, address = ''] = await waitFor('the address', () => ADDRESS.exec(stderr) ?? undefined);
      const answer = await fetch(address, { redirect: 'manual' });
      child.stdin.write(`${edit(answer.headers.get('location') ?? '', address)}\n`);
      const [code] = (await exit) as [number];
      return { code, stdout: await stdout, last: stderr.trimEnd().split('\n').at(-1) ?? '' };
    }

    // https://github.com/kirodotdev/KiroCrew/issues/7406
    for (const [how, edit] of [
      ['without http://, as phones copy it', (shown: string) => shown.replace('http://', '')],
      ['of 127.0.0.1', (shown: string) => shown.replace('localhost', '127.0.0.1').replace('http://', '')],
      ['in quotes', (shown: string) => `  "${shown}" `],
      ['in angle brackets', (shown: string) => `<${shown}>`],
      ['with &amp; instead of &', (shown: string) => shown.replaceAll('&', '&amp;')],
      ['with a fragment', (shown: string) => `${shown}#_=_`],
    ] as const)
      it(`takes an address ${how}`, async () => {
        const { code, stdout, last } = await paste(edit);
        assert.equal(code, 0, last);
        assert.equal((JSON.parse(stdout) as { login: string }).login, 'lake_reader');
      });

    for (const [how, edit, sentence] of [
      [
        'the address to open',
        (_: string, opened: string) => opened,
        /got the one to open\. Run `chatlake login --paste` again\.$/,
      ],
      [
        'the code alone',
        (shown: string) => new URL(shown).searchParams.get('code') ?? '',
        /^.*Expected the whole address that the browser shows/,
      ],
      [
        'half of it',
        (shown: string) => shown.slice(0, shown.indexOf('&')),
        /is not the answer to this login, or not all of it\./,
      ],
      [
        'a token of the old flow',
        () => 'http://localhost:17563/#access_token=abc&state=x',
        /Expected the whole address/,
      ],
      [
        'a redirect mismatch',
        (shown: string) => shown.replace(/code=[^&]*/, 'error=redirect_mismatch'),
        /is no redirect address of the application\. Add it/,
      ],
    ] as const)
      // prettier-ignore
      it(`says in one sentence what is wrong with ${how}`, async () => {
        const { code, last } = await paste(edit);
        assert.notEqual(code, 0);
        assert.match(last, sentence);
        assert.equal(await stored(), undefined);
      });
  });
});
