import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { stringify } from 'yaml';
import { createHdfs } from '../../activities/hdfs/client.ts';
import { makeKeyFile, makeRoleKeyFiles } from '../../cli/key-file.ts';
import { simulatorEnvironment } from '../../cli/simulator-environment.ts';
import { silentLog } from '../../common/log.ts';
import { buildImages } from '../../infra/docker/images.ts';
import { createPodman, podmanIsMissing, workingPodman } from '../../infra/docker/podman.ts';
import type { Podman } from '../../infra/docker/podman.ts';
import { silentProgress } from '../../infra/local/progress.ts';
import { startLocalServers } from '../../infra/local/servers.ts';
import type { LocalServers } from '../../infra/local/servers.ts';
import { startTwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import type { TwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import { manifestsIn } from '../infra/k8s/manifests.ts';
import { waitFor } from '../integration/wait-for.ts';
import { podsHere, secretOf } from './pods.ts';

const MINUTES = 60_000;
/** In the order in which a cluster would have them running. */
const PODS = ['parameter-store', 'setup', 'orchestrator', 'collector-0', 'loader', 'refiner', 'site'];

const missing = podmanIsMissing();

if (missing !== undefined) {
  describe('infra/k8s/base in podman', () => {
    it(`is not tested here: ${missing}`);
  });
} else {
  describe('infra/k8s/base in podman', function () {
    this.timeout(20 * MINUTES);
    const directory = mkdtempSync(join(tmpdir(), 'chatlake-kube-'));
    const started: string[] = [];
    let podman: Podman;
    let servers: LocalServers;
    let simulator: TwitchSimulator;

    before(async () => {
      const logDirectory = join(directory, 'logs');
      mkdirSync(logDirectory);
      const images = await buildImages({ podman: createPodman(), progress: silentProgress, logDirectory });
      podman = await workingPodman(images.chatlake);
      servers = await startLocalServers({ directory: join(directory, 'servers'), log: silentProgress });
      simulator = await startTwitchSimulator({ seed: 4, channels: 4 });
      const { TWITCH_CLIENT_SECRET: clientSecret = '', ...twitch } = simulatorEnvironment(simulator);
      const settings = {
        COLLECTORS: 'collector-0',
        KAFKA_BROKERS: servers.kafka.brokers.join(','),
        TEMPORAL_ADDRESS: servers.temporal.address,
        WEBHDFS_URL: servers.hdfs.url,
        HDFS_USER: servers.hdfs.user,
        PARAMETER_STORE_URL: 'http://127.0.0.1:8180',
        LOAD_ROTATE_SECONDS: '5',
        ...twitch,
      };
      const base = manifestsIn('base');
      const secretsDirectory = join(directory, 'secrets');
      const keys = { ...writeKeys(join(directory, 'keys')), 'client-secret': clientSecret }; // prettier-ignore
      for (const { spec } of base)
        for (const { secret } of spec?.template?.spec.volumes ?? [])
          if (secret !== undefined) writeSecret(join(secretsDirectory, secretOf(secret)), secret.items ?? [], keys);
      const order = (name = ''): number => PODS.findIndex((pod) => pod.startsWith(name));
      const sorted = base.toSorted((a, b) => order(a.metadata.name) - order(b.metadata.name));
      const pods = podsHere(sorted, {
        settings,
        images: { chatlake: images.chatlake, 'chatlake-site': images.site },
        secretsDirectory,
      });
      for (const name of PODS) {
        const file = join(directory, `${name}.yaml`);
        writeFileSync(
          file,
          (pods[name] ?? []).map((it) => stringify(it, { version: '1.1', keepUndefined: false })).join('---\n'),
        );
        started.unshift(file);
        await podman.run(['kube', 'play', file]);
        if (name === 'setup') await podman.run(['wait', 'setup-setup'], { timeoutMs: 5 * MINUTES });
      }
    });

    after(async () => {
      for (const file of started) await podman.does(['kube', 'down', file]);
      for (const volume of ['parameters', 'site']) await podman.does(['volume', 'rm', '--force', volume]);
      await simulator?.stop();
      await servers?.stop();
      rmSync(directory, { recursive: true, force: true });
    });

    it('collects, loads, refines and publishes chat', async () => {
      const connection = await Connection.connect({ address: servers.temporal.address });
      const client = new Client({ connection });
      const hdfs = createHdfs({ urls: [servers.hdfs.url], user: servers.hdfs.user, log: silentLog });
      try {
        await waitFor('a chat for a channel', async () => (await client.workflow.count("WorkflowType = 'channelChat'")).count > 0, 3 * MINUTES); // prettier-ignore
        await waitFor('chat in red', async () => (await hdfs.list('/chatlake/red/chat')).length > 0, 3 * MINUTES);
        await waitFor('chat in yellow', async () => (await hdfs.list('/chatlake/yellow/chat')).length > 0, 5 * MINUTES);
        const pages = () => podman.run(['exec', 'site-site', 'ls', '/site']);
        await waitFor('the page of a day', async () => /^\d{4}-\d{2}-\d{2}$/m.test(await pages()), 3 * MINUTES);
        assert.match(await (await fetch('http://127.0.0.1:8080/')).text(), /<h1>Twitch chat<\/h1>/);
      } finally {
        await connection.close();
      }
    });

    it('has the rights that the manifests give it', async () => {
      for (const name of PODS.filter((it) => it !== 'setup')) {
        const [pod = ''] = name.split('-0');
        const format = '--format={{.HostConfig.ReadonlyRootfs}} {{.Config.User}} {{.EffectiveCaps}}';
        const found = await podman.run(['inspect', format, `${name}-${pod}`]);
        assert.match(found, name === 'site' ? /^true 101:101 \[\]$/ : /^true 1000:1000 \[\]$/, name);
      }
    });
  });
}

/** The content of each key, by name. */
function writeKeys(directory: string): Record<string, string> {
  mkdirSync(directory);
  for (const name of ['operator', 'encryption']) makeKeyFile(join(directory, name));
  const names = ['operator', 'encryption'];
  makeRoleKeyFiles(join(directory, 'operator'), directory, (file) => void names.push(file.slice(directory.length + 1)));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name), 'utf8')]));
}

function writeSecret(directory: string, items: { key: string }[], keys: Record<string, string>): void {
  mkdirSync(directory, { recursive: true });
  for (const { key } of items) {
    writeFileSync(join(directory, key), keys[key] ?? '');
    chmodSync(join(directory, key), 0o444);
  }
}
