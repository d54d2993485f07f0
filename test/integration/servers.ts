import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentProgress } from '../../infra/local/progress.ts';
import type { RunningServer, ServerOptions } from '../../infra/local/server.ts';
import { hdfsServer, kafkaServer, temporalServer } from '../../infra/local/servers.ts';

let directory: Promise<string> | undefined;
const stops: (() => Promise<void>)[] = [];

/** A real Temporal, started on first use and shared by all tests of a mocha run. Call it in a `before` with a long time-out; so for the others. */
export const temporal = once('temporal', temporalServer);

/** A real Kafka. */
export const kafka = once('kafka', kafkaServer);

/** A real HDFS. */
export const hdfs = once('hdfs', hdfsServer);

/** Time limit for the first start, which may have to build the servers. */
export const SERVERS_TIMEOUT_MS = 900_000;

function once<Address>(
  name: string,
  start: (options: ServerOptions) => Promise<RunningServer<Address>>,
): () => Promise<Address> {
  let address: Promise<Address> | undefined;
  return () => {
    // A start that failed is tried again by the next test that needs the server.
    address ??= startIn(name, start).catch((error: unknown) => {
      address = undefined;
      throw error;
    });
    return address;
  };
}

async function startIn<Address>(
  name: string,
  start: (options: ServerOptions) => Promise<RunningServer<Address>>,
): Promise<Address> {
  directory ??= mkdtemp(join(tmpdir(), 'chatlake-test-'));
  const server = await start({ directory: join(await directory, name), log: silentProgress });
  stops.push(server.stop);
  return server.address;
}

// At the top level of a module this is a root hook: it runs once, after the last test of the last file.
after(async function stopServers() {
  this.timeout(120_000);
  await Promise.all(stops.splice(0).map((stop) => stop()));
  if (directory !== undefined) await rm(await directory, { recursive: true, force: true });
});
