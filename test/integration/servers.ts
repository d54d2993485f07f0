import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentProgress } from '../../infra/local/progress.ts';
import type { RunningServer, ServerOptions } from '../../infra/local/server.ts';
import { hdfsServer, kafkaServer, temporalServer } from '../../infra/local/servers.ts';

let directory: Promise<string> | undefined;
const STOPS: (() => Promise<void>)[] = [];

/**
 * A real Temporal. Each server here is started by the first test that asks for it, and shared by all tests of one mocha run. Ask in a `before`
 * with a long time-out.
 */
export const temporal = once('temporal', temporalServer);

/** A real Kafka. */
export const kafka = once('kafka', kafkaServer);

/** A real HDFS. */
export const hdfs = once('hdfs', hdfsServer);

/** How long a first start may take on a machine that has to build the servers. */
export const SERVERS_TIMEOUT_MS = 900_000;

function once<Address>(
  name: string,
  start: (options: ServerOptions) => Promise<RunningServer<Address>>,
): () => Promise<Address> {
  let address: Promise<Address> | undefined;
  return () => (address ??= startIn(name, start));
}

async function startIn<Address>(
  name: string,
  start: (options: ServerOptions) => Promise<RunningServer<Address>>,
): Promise<Address> {
  directory ??= mkdtemp(join(tmpdir(), 'chatlake-test-'));
  const server = await start({ directory: join(await directory, name), log: silentProgress });
  STOPS.push(server.stop);
  return server.address;
}

// At the top of a module this is a hook of the root suite: it runs once, after the last test of the last file.
after(async function stopServers() {
  this.timeout(120_000);
  await Promise.all(STOPS.splice(0).map((stop) => stop()));
  if (directory !== undefined) await rm(await directory, { recursive: true, force: true });
});
