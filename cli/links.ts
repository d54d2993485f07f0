import type { Pipeline } from './pipeline.ts';

/** Where a person finds everything, as the lines that `up` and `demo` print. */
export function linkLines({ servers, siteUrl, parameterStoreUrl, logDirectory, config }: Pipeline): string[] {
  const links: [string, string][] = [
    ['Reports', siteUrl],
    ['Temporal', `${servers.temporal.uiUrl}/namespaces/${config.temporal.namespace ?? 'default'}/workflows`],
    ['HDFS', `${servers.hdfs.url}/webhdfs/v1${config.HDFS_ROOT}?op=LISTSTATUS&user.name=${servers.hdfs.user}`],
    ['Parameters', `${parameterStoreUrl}/docs`],
    ['Logs', logDirectory],
  ];
  return [
    '',
    ...links.map(([name, address]) => `  ${name.padEnd(12)}${address}`),
    '',
    `  temporal workflow list --address ${servers.temporal.address}`,
    '',
  ];
}
