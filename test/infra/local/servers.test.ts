import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import got from 'got';
import type { HdfsAddress } from '../../../infra/local/hdfs-server.ts';
import { startHdfsServer } from '../../../infra/local/hdfs-server.ts';
import { startKafkaServer } from '../../../infra/local/kafka-server.ts';
import { isFree } from '../../../common/free-port.ts';
import { isLiving } from '../../../infra/local/process-identity.ts';
import { silentProgress } from '../../../infra/local/progress.ts';
import { kafkaServer } from '../../../infra/local/servers.ts';
import { namespaceRequest, startTemporalServer } from '../../../infra/local/temporal-server.ts';
import { SERVERS_TIMEOUT_MS } from '../../integration/servers.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { firstLine } from './first-line.ts';
import { temporaryDirectories } from './temporary-directory.ts';

describe('start…Server({ directory, log, onExit })', function () {
  this.timeout(SERVERS_TIMEOUT_MS);
  const directory = temporaryDirectories();

  it('names the server, its last log lines and the remedy if it cannot start, and leaves no process', async () => {
    const place = directory();
    mkdirSync(join(place, 'data'));
    writeFileSync(join(place, 'data', 'meta.properties'), 'not a description of a cluster');
    writeFileSync(join(place, 'formatted'), '');
    await assert.rejects(startKafkaServer({ directory: place, log: silentProgress }), (error: Error) => {
      assert.match(
        error.message,
        /^The local server kafka did not start: its process kafka exited with code \d+\. The last/,
      );
      assert.match(error.message, /\n {2}.*node ID not found/);
      assert.ok(
        error.message.includes(`Its data in ${place} is the only copy`) &&
          error.message.includes('or set KAFKA_BROKERS'),
        error.message,
      );
      assert.doesNotMatch(error.message, /\b(remove|delete|empty|clean)\b/i, 'no advice to remove data');
      return true;
    });
    assert.deepEqual(
      readdirSync(place).filter((name) => name.endsWith('.guard') || name === 'launcher.pid'),
      [],
    );
  });

  it('keeps its data over a restart, also on other ports if its own are taken', async () => {
    const place = join(directory(), '데이터 1');
    const options = { directory: place, log: silentProgress };
    const first = await startHdfsServer(options);
    await write(first.address, 'kept', 'as it was');
    await first.stop();

    const taken = createServer().listen(Number(new URL(first.address.url).port), '127.0.0.1');
    await once(taken, 'listening');
    const second = await startHdfsServer(options);
    try {
      assert.notEqual(second.address.url, first.address.url);
      assert.equal(await read(second.address, 'kept'), 'as it was');
    } finally {
      await second.stop();
      taken.close();
    }
    assert.ok(await isFree(Number(new URL(second.address.url).port)));
  });

  it('reports a server that dies, and restarts it at the same address', async () => {
    const place = directory();
    const exits: string[] = [];
    const steps: string[] = [];
    const server = await startTemporalServer({
      directory: place,
      log: { step: (_name, message) => steps.push(message) },
      onExit: (name, exit) => exits.push(`${name} ${exit.text}`),
    });
    try {
      process.kill(-pidIn(join(place, 'temporal.guard')), 'SIGKILL');
      await waitFor('the server to answer again', () => steps.some((step) => step.startsWith('answers again')));
      await namespaceRequest(server.address.address);
      assert.deepEqual(exits, ['temporal was killed by SIGKILL']);
      assert.ok(steps.includes('process temporal was killed by SIGKILL; restarting it in 0.5 s'), steps.join('\n'));
    } finally {
      await server.stop();
    }
  });

  it('leaves no server after kill -9 of the launcher, and the next start succeeds', async () => {
    const place = directory();
    const fixture = fileURLToPath(new URL('launcher.ts', import.meta.url));
    const launcher = spawn(process.execPath, [fixture, place], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const address = await firstLine(launcher);
    await assert.rejects(startTemporalServer({ directory: place, log: silentProgress }), /runs servers in it/);

    const guard = readFileSync(join(place, 'temporal.guard'), 'utf8');
    const gone = once(launcher, 'exit');
    process.kill(-(launcher.pid ?? 0), 'SIGKILL');
    await gone;
    const next = await startTemporalServer({ directory: place, log: silentProgress });
    assert.ok(!isLiving(guard));
    assert.equal(next.address.address, address);
    await namespaceRequest(address);
    await next.stop();
    assert.ok(await isFree(Number(address.split(':')[1])));
  });

  it('is not started if the environment names one, which must answer', async () => {
    const before = process.env['KAFKA_BROKERS'];
    process.env['KAFKA_BROKERS'] = '127.0.0.1:1';
    try {
      await assert.rejects(
        kafkaServer({ directory: directory(), log: silentProgress }),
        /Expected the server at KAFKA_BROKERS=127\.0\.0\.1:1 to answer.*Start it, or unset KAFKA_BROKERS/,
      );
    } finally {
      if (before === undefined) delete process.env['KAFKA_BROKERS'];
      else process.env['KAFKA_BROKERS'] = before;
    }
  });
});

function pidIn(file: string): number {
  return Number.parseInt(readFileSync(file, 'utf8'), 10);
}

function webHdfs({ url, user }: HdfsAddress, name: string, query: string): string {
  return `${url}/webhdfs/v1/${name}?user.name=${user}&noredirect=true&${query}`;
}

async function write(address: HdfsAddress, name: string, body: string): Promise<void> {
  const { Location } = await got.put(webHdfs(address, name, 'op=CREATE&overwrite=true')).json<{ Location: string }>();
  await got.put(Location, { body });
}

async function read(address: HdfsAddress, name: string): Promise<string> {
  const { Location } = await got(webHdfs(address, name, 'op=OPEN')).json<{ Location: string }>();
  return got(Location).text();
}
