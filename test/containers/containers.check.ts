import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import got from 'got';
import { startContainerPipeline, workerNames } from '../../cli/container-pipeline.ts';
import type { ContainerPipeline } from '../../cli/container-pipeline.ts';
import { beQuiet, readTruth } from '../../cli/demo-truth.ts';
import { readCounts } from '../../cli/report-counts.ts';
import { podmanIsMissing } from '../../infra/docker/podman.ts';
import { silentProgress } from '../../infra/local/progress.ts';
import { dayOf, hourOf } from '../../workflows/hour.ts';
import { waitFor } from '../integration/wait-for.ts';

/** Images are built, servers started, and a minute's Schedule refines. */
const MINUTES = 60_000;
const COLLECTORS = ['a', 'b'];
const RUNNING = ['parameter-store', ...workerNames(COLLECTORS), 'site', 'simulator'];

const missing = podmanIsMissing();

if (missing !== undefined) {
  describe('our containers', () => {
    it(`are not tested here: ${missing}`);
  });
} else {
  describe('our containers', () => {
    const startedAt = Date.now();
    const directory = mkdtempSync(join(tmpdir(), 'chatlake-containers-'));
    let pipeline: ContainerPipeline;

    before(async function start() {
      this.timeout(20 * MINUTES);
      const { signal } = new AbortController();
      const options = { seed: 1, collectors: COLLECTORS, progress: silentProgress, signal };
      pipeline = await startContainerPipeline({ directory, ...options });
    });
    after(async function stop() {
      this.timeout(5 * MINUTES);
      await pipeline?.stop();
      rmSync(directory, { recursive: true, force: true });
    });

    /** Runs JavaScript in a container, and returns what it prints as JSON. */
    const evaluate = async (name: string, code: string): Promise<unknown> =>
      JSON.parse(await pipeline.containers.exec(name, 'node', '--input-type=module', '--eval', code));

    async function hasBothEverywhere(): Promise<boolean> {
      const { joined } = await got(`${pipeline.controlUrl}/truth`).json<{ joined: Record<string, number> }>();
      const counts = Object.values(joined).filter((count) => count > 0);
      return counts.length > 0 && counts.every((count) => count === COLLECTORS.length);
    }

    async function chatFlows(): Promise<void> {
      const sent = async () => (await readTruth(pipeline.controlUrl)).sent;
      const before = await sent();
      await waitFor('chat to flow', async () => (await sent()) > before + 50, 3 * MINUTES);
    }

    it('run as a user without rights who can write to their own directories only', async () => {
      const code = `
        import { readFileSync, writeFileSync } from 'node:fs';
        const written = ['/app/a', '/a', '/data/a', '/tmp/a'].map((file) => {
          try { writeFileSync(file, ''); return 'written'; } catch (error) { return error.code; }
        });
        const status = readFileSync('/proc/self/status', 'utf8');
        const [, rights] = /^CapEff:\\s*(\\S+)/m.exec(status);
        const [, noNew] = /^NoNewPrivs:\\s*(\\d)/m.exec(status);
        console.log(JSON.stringify({ uid: process.getuid(), rights, noNew, written }));`;
      for (const name of ['parameter-store', ...workerNames(COLLECTORS)])
        assert.deepEqual(await evaluate(name, code), {
          uid: 1000,
          rights: '0000000000000000',
          noNew: '1',
          written: ['EROFS', 'EROFS', 'written', 'written'],
        });
    });

    it('have no packages of development, and their workflow bundles from the build: for polls without traces, and with', async () => {
      const code = `
        import { existsSync, readdirSync } from 'node:fs';
        const tools = ['typescript', 'mocha', 'eslint'].filter((it) => existsSync('/app/node_modules/' + it));
        const built = readdirSync('/app/build').map((name) => name.replace(/[0-9a-f]{8,}/, 'KEY')).sort();
        console.log(JSON.stringify({ tools, built, cache: existsSync('/data/cache') }));`;
      const built = ['workflows-KEY.js', 'workflows-KEY.traced.js'];
      assert.deepEqual(await evaluate('orchestrator', code), { tools: [], built, cache: false });
    });

    it('write their log as JSON lines', async () => {
      for (const name of ['parameter-store', ...workerNames(COLLECTORS)])
        for (const line of (await pipeline.containers.log(name)).split('\n'))
          assert.equal(typeof (JSON.parse(line) as { msg: unknown }).msg, 'string', line);
    });

    for (const name of RUNNING.filter((it) => it !== 'simulator'))
      it(`start again and go on if ${name} is killed`, async function killed() {
        this.timeout(10 * MINUTES);
        const { containers } = pipeline;
        await waitFor('each room to have both collectors', hasBothEverywhere, 3 * MINUTES);
        // What only one of them has heard is stored by now.
        await chatFlows();
        const pid = await containers.pidOf(name);
        process.kill(pid, 'SIGKILL');
        await waitFor(`${name} to be started again`, async () => (await containers.pidOf(name)) !== pid, 2 * MINUTES);
        await containers.untilHealthy(name);
        await chatFlows();
      });

    it('run set-up again if it is killed', async function killed() {
      this.timeout(10 * MINUTES);
      const { containers } = pipeline;
      await containers.again('setup');
      process.kill(await containers.pidOf('setup'), 'SIGKILL');
      const end = async () => containers.inspect('setup', '{{.State.Status}} {{.State.ExitCode}} {{.RestartCount}}');
      await waitFor('set-up to end well', async () => /^exited 0 [1-9]/.test(await end()), 3 * MINUTES);
    });

    it('have lost no message after all that, and stored each once', async function stored() {
      this.timeout(15 * MINUTES);
      const { controlUrl, siteUrl } = pipeline;
      await beQuiet(controlUrl);
      const { distinctIds } = await readTruth(controlUrl);
      assert.ok(distinctIds > 500, String(distinctIds));
      const days = [...new Set([dayOf(hourOf(startedAt)), dayOf(hourOf(Date.now()))])];
      let yellow = -1;
      await waitFor(
        `${distinctIds} messages in the reports`,
        async () => {
          yellow = (await readCounts(siteUrl, days, '')).yellow;
          return yellow >= distinctIds;
        },
        10 * MINUTES,
      ).catch((error: Error) => assert.fail(`${error.message} There are ${yellow}.`));
      assert.equal(yellow, distinctIds);
    });

    it('end with code 0 after SIGTERM, and say that they stopped', async function stopped() {
      this.timeout(10 * MINUTES);
      for (const name of RUNNING.filter((it) => it !== 'site')) {
        await pipeline.containers.stop(name);
        assert.equal(await pipeline.containers.inspect(name, '{{.State.ExitCode}}'), '0', name);
        assert.match((await pipeline.containers.log(name)).split('\n').at(-1) ?? '', /"msg":"(worker )?stopped"/, name);
      }
    });
  });
}
