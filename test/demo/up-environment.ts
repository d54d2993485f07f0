import assert from 'node:assert/strict';
import { join } from 'node:path';
import { hdfs, kafka } from '../integration/servers.ts';
import { chatlake } from './command.ts';

/**
 * The variables of an installation of its own on the shared Kafka and HDFS, with its files below `directory`. Without the addresses of Twitch.
 * @param name of the installation; the process id is added
 */
export async function upEnvironment(name: string, directory: string): Promise<Record<string, string>> {
  const [{ brokers }, { url, user }] = await Promise.all([kafka(), hdfs()]);
  return {
    CHATLAKE_INSTALLATION: `${name}-${process.pid}`,
    KAFKA_BROKERS: brokers.join(','),
    WEBHDFS_URL: url,
    HDFS_USER: user,
    DATA_DIR: join(directory, 'data'),
    REPORT_DIR: join(directory, 'site'),
    SITE_PORT: '0',
    LOAD_ROTATE_SECONDS: '5',
  };
}

/** The rows that `chatlake sql` prints. */
export async function sqlRows(query: string, env: Record<string, string>): Promise<Record<string, unknown>[]> {
  const command = chatlake(['sql', query, '--json'], env);
  assert.equal(await command.exited(), 0, command.stderr());
  const lines = command.stdout().split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
