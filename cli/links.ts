import { dirname } from 'node:path';
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
    ['Temporal', `${servers.temporal.uiUrl}/namespaces/${config.temporal.namespace ?? 'default'}/workflows`],
    ['HDFS', `${servers.hdfs.url}/webhdfs/v1${config.HDFS_ROOT}?op=LISTSTATUS&user.name=${servers.hdfs.user}`],
    ['Parameters', `${parameterStoreUrl}/docs`],
    ['Logs', logDirectory],
    [
      'Drive it',
      `export TEMPORAL_ADDRESS=${servers.temporal.address}${program.includes('/') ? ` PATH=${dirname(program)}:$PATH` : ''}`,
    ],
  ];
  return ['', ...links.map(([name, address]) => `  ${name.padEnd(12)}${address}`), ''];
}
