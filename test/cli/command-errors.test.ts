import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { COMMANDS } from '../../cli/commands/index.ts';
import { BLANK } from '../demo/blank-environment.ts';
import { startCommand } from '../demo/command.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';
import { waitFor } from '../integration/wait-for.ts';

const GOLDEN = join(import.meta.dirname, 'errors.txt');

/** A mistake with each command that everybody can make, without a server. */
const MISTAKES: Record<string, string[]> = {
  demo: ['--seed', 'x'],
  up: [],
  login: ['--port', 'x'],
  logout: [],
  channels: ['add', 'https://www.twitch.tv/하늘바람'],
  sql: ['FROM chat', '--csv', '--json'],
  export: ['--channel', 'lark', '--format', 'xml', '--out', 'lark.xml'],
  import: ['nowhere.txt'],
  forget: ['lark'],
  refine: ['--from', '2026-11-25'],
  page: ['nowhere.json'],
  save: ['2026-11-25', 'report.html'],
  notebook: ['--run', 'nowhere.ipynb'],
  clean: ['--lake', 'nowhere'],
  keys: ['--key', 'a.key'],
  simulator: ['--api-port', '99999'],
};

describe('a command of chatlake', function () {
  this.timeout(60_000);
  const directory = temporaryDirectories();
  const start = (args: string[], cwd: string, env: Record<string, string> = {}) =>
    startCommand(`chatlake ${args.join(' ')}`, [process.execPath, '--disable-warning=TimeoutNegativeWarning', resolve('cli/chatlake.ts'), ...args], { cwd, env: { ...process.env, ...BLANK, ...env } }); // prettier-ignore

  /** `errors.txt` has what each prints. Run this test with UPDATE_GOLDEN=1 to write it, and read what was written. */
  it('says in one sentence what is wrong and what to do, with the exit code that its help names', async () => {
    const found: string[] = [];
    for (const { name, help } of COMMANDS) {
      const args = MISTAKES[name] ?? assert.fail(`Expected a mistake with ${name} in this test, found none.`);
      const cwd = directory();
      const command = start([name, ...args], cwd);
      const code = await command.exited();
      const text = command.stderr().replaceAll(cwd, '<DIRECTORY>');
      assert.equal(command.stdout(), '');
      assert.match(help.replaceAll(/\s+/g, ' '), new RegExp(`Exit codes: .*\\b${code}\\b`), name);
      found.push(`$ chatlake ${[name, ...args].join(' ')}\n${text}exit code ${code}\n`);
    }
    const golden = found.join('\n');
    if (process.env['UPDATE_GOLDEN']) writeFileSync(GOLDEN, golden);
    assert.equal(golden, readFileSync(GOLDEN, 'utf8'));
    assert.doesNotMatch(golden, /\n {4}at /);
  });

  /** The commands that ask a server, with one that accepts connections and never answers. */
  describe('while a server does not answer', () => {
    let server: Server;
    let sockets: Socket[];
    let env: Record<string, string>;

    beforeEach(async () => {
      sockets = [];
      server = createServer((socket) => void sockets.push(socket.on('error', () => {}))).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as { port: number };
      const url = `http://127.0.0.1:${port}`;
      env = {
        PARAMETER_STORE_URL: url,
        PARAMETER_STORE_KEY: 'a-key-of-16-letters-or-more',
        WEBHDFS_URL: url,
        TEMPORAL_ADDRESS: `127.0.0.1:${port}`,
        KAFKA_BROKERS: `127.0.0.1:${port}`,
        TWITCH_ID_URL: url,
        TWITCH_CLIENT_ID: 'anid',
        TWITCH_CLIENT_SECRET: 'asecret',
      };
    });
    afterEach(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });

    for (const args of [
      ['login'],
      ['login', '--app'],
      ['logout'],
      ['channels', 'add', 'a'],
      ['channels', 'list'],
      ['sql', 'FROM chat'],
      ['sql', 'FROM chat', '--chart', 'line', 'a', 'b', '--out', 'a.csv'],
      ['export', '--channel', 'a', '--format', 'csv', '--out', 'a.csv'],
      ['forget', '40004', '--yes'],
      ['refine', '--from', '2026-11-25', '--to', '2026-11-25'],
      ['notebook'],
    ])
      it(`\`${args.join(' ')}\` ends on Ctrl-C without a word of a fault, and leaves no file`, async () => {
        const cwd = directory();
        const command = start(args, cwd, { ...env, DATA_DIR: join(cwd, 'data') });
        await waitFor('a request', () => sockets.length > 0);
        command.interrupt();
        const code = await command.exited();
        assert.ok(code === 130 || code === 'SIGINT', `${code}\n${command.stderr()}`);
        assert.doesNotMatch(command.stderr(), /\n {4}at |Expected|Error/);
        assert.ok(!existsSync(join(cwd, 'a.csv')));
      });
  });
});
