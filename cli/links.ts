import { dirname, join } from 'node:path';
import { DEFAULT_INSTALLATION } from '../common/installation.ts';
import { temporalProgram } from '../infra/local/servers.ts';
import type { Pipeline } from './pipeline.ts';

/** The lines that `up` and `demo` print: where everything is, and how to use the `temporal` command. */
export async function linkLines({
  servers,
  siteUrl,
  parameterStoreUrl,
  logDirectory,
  config,
}: Pipeline): Promise<string[]> {
  const program = await temporalProgram();
  const links: [string, string][] = [
    ['Reports', siteUrl],
    ['Temporal', `${servers.temporal.uiUrl}/namespaces/${config.temporal.namespace}/workflows`],
    ['HDFS', `${servers.hdfs.url}/webhdfs/v1${config.HDFS_ROOT}?op=LISTSTATUS&user.name=${servers.hdfs.user}`],
    ['Parameters', `${parameterStoreUrl}/docs`],
    ['Logs', logDirectory],
    ['Drive it', `export ${driveVariables(program, servers, config)}`],
  ];
  return ['', ...links.map(([name, address]) => `  ${name.padEnd(12)}${address}`), ''];
}

/** What `temporal` and `chatlake` need in a second terminal. */
function driveVariables(
  temporal: string,
  { temporal: { address }, kafka, hdfs }: Pipeline['servers'],
  { HDFS_ROOT, CHATLAKE_INSTALLATION: installation, temporal: { namespace } }: Pipeline['config'],
): string {
  const commands = [join(import.meta.dirname, '../bin'), ...(temporal.includes('/') ? [dirname(temporal)] : [])];
  const variables = [
    `TEMPORAL_ADDRESS=${address}`,
    `KAFKA_BROKERS=${kafka.brokers.join(',')}`,
    `WEBHDFS_URL=${hdfs.url}`,
    `HDFS_USER=${hdfs.user}`,
  ];
  if (namespace !== 'default') variables.push(`TEMPORAL_NAMESPACE=${namespace}`);
  if (installation !== DEFAULT_INSTALLATION) variables.push(`CHATLAKE_INSTALLATION=${installation}`);
  if (HDFS_ROOT !== `/${installation}`) variables.push(`HDFS_ROOT=${HDFS_ROOT}`);
  return `${variables.join(' ')} PATH=${shellWord(commands.join(':'))}:$PATH`;
}

/** In quotes if a shell would change it. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
