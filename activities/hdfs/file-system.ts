import got from 'got';
import { z } from 'zod';
import { boundedAnswer } from '../../common/bounded-answer.ts';
import { trusting } from '../../common/tls-files.ts';
import { FactError } from '../errors.ts';
import { credentialsOf } from './access.ts';
import type { Credentials, HdfsAddress } from './access.ts';
import { SHORT_ANSWER } from './one-step.ts';

/** HDFS as Hadoop's own clients address it. */
export interface FileSystem {
  /** `hdfs://host:8020`, or `hdfs://nameservice`. */
  url: string;
  /** How many copies of each block a new file gets, as for an upload over WebHDFS. */
  replication: number;
}

const LONGEST_ANSWER_MS = 10_000;
const defaultFileSystem = z.object({ property: z.object({ value: z.string().regex(/^\w+:\/\/[^/]+\/?$/) }) });
const serverDefaults = z.object({ FsServerDefaults: z.object({ replication: z.number().int().positive() }) });

/**
 * Asks a NameNode for its `fs.defaultFS` and the replication of new files. NameNodes are asked in turn until one answers.
 * @param hdfsUrl of the settings; undefined to ask
 */
export async function readFileSystem(address: HdfsAddress, hdfsUrl: string | undefined): Promise<FileSystem> {
  const failures: string[] = [];
  for (const url of address.urls.map((it) => it.replace(/\/+$/, ''))) {
    try {
      const credentials = await credentialsOf(address);
      const query = new URLSearchParams({ op: 'GETSERVERDEFAULTS', ...credentials.query });
      const { replication } = serverDefaults.parse(
        await ask(`${url}/webhdfs/v1/?${query.toString()}`, credentials),
      ).FsServerDefaults;
      const named =
        hdfsUrl ?? defaultFileSystem.parse(await ask(`${url}/conf?name=fs.defaultFS`, credentials)).property.value;
      return { url: named.replace(/\/$/, ''), replication };
    } catch (error) {
      failures.push(
        `${url}: ${error instanceof z.ZodError ? 'the answer has another form' : (error as Error).message}`,
      );
    }
  }
  throw new FactError(
    `Expected a NameNode to say its fs.defaultFS and its replication, but none did: ${failures.join('; ')}. ` +
      'Start HDFS, or set HDFS_URL to an address such as hdfs://host:8020.',
    { facts: { urls: address.urls }, retryable: true },
  );
}

async function ask(url: string, credentials: Credentials): Promise<unknown> {
  const bounds = { maxBytes: SHORT_ANSWER, maxMs: LONGEST_ANSWER_MS };
  const options = { headers: { accept: 'application/json' }, https: trusting(credentials.tls) };
  const { status, body } = await boundedAnswer(got, url, options, bounds);
  if (status !== 200) throw new Error(`it answered ${status}`);
  return JSON.parse(body.toString());
}
