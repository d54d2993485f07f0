import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import got from 'got';
import { hadoopJars } from './builds.ts';
import { runToEnd } from './child-process.ts';
import { formatOnce } from './formatted.ts';
import { log4jProperties, siteXml } from './hdfs-settings.ts';
import type { HdfsPort } from './hdfs-settings.ts';
import { javaFlags, javaProgram } from './programs.ts';
import type { RunningServer, ServerKind, ServerOptions } from './server.ts';
import { startServer } from './server.ts';

export interface HdfsAddress {
  /** WebHDFS of the NameNode: `http://127.0.0.1:9870`. */
  url: string;
  /** The owner of `/`: who HADOOP_USER_NAME was when the NameNode was formatted. */
  user: string;
}

const user = 'hdfs';
const nameNode = 'org.apache.hadoop.hdfs.server.namenode.NameNode';
const dataNode = 'org.apache.hadoop.hdfs.server.datanode.DataNode';

/** One NameNode and one DataNode, which keep one copy of each block. */
export function startHdfsServer(options: ServerOptions): Promise<RunningServer<HdfsAddress>> {
  const kind: ServerKind<HdfsPort, HdfsAddress> = {
    name: 'hdfs',
    ports: ['nameNodeRpc', 'nameNodeHttp', 'dataNodeData', 'dataNodeHttp', 'dataNodeIpc'],
    prepare: async (directory, ports) => {
      const jars = await hadoopJars(options.log);
      const program = javaProgram('Install a Java runtime, or set WEBHDFS_URL.');
      const conf = join(directory, 'conf');
      // Both nodes look for these on the class path, though they hold nothing that WebHDFS needs.
      for (const webapp of ['hdfs', 'datanode']) mkdirSync(join(conf, 'webapps', webapp), { recursive: true });
      writeFileSync(join(conf, 'log4j.properties'), log4jProperties);
      const site = join(conf, 'site.xml');
      writeFileSync(site, siteXml(directory, ports));
      const run = (heapMegabytes: number, main: string, ...args: string[]) => ({
        program,
        args: [...javaFlags(heapMegabytes), '-cp', `${conf}:${join(jars, '*')}`, main, '-conf', site, ...args],
        env: { HADOOP_USER_NAME: user },
        cwd: directory,
      });
      const logFile = (name: string) => join(directory, `${name}.log`);
      await formatOnce(directory, [join(directory, 'namenode'), join(directory, 'datanode')], () =>
        runToEnd('the formatting of HDFS', {
          ...run(128, nameNode, '-format', '-force', '-nonInteractive'),
          logFile: logFile('namenode'),
        }),
      );
      return [
        { name: 'namenode', ...run(256, nameNode), logFile: logFile('namenode') },
        { name: 'datanode', ...run(256, dataNode), logFile: logFile('datanode') },
      ];
    },
    request: createRequest,
    requestName: 'a WebHDFS CREATE with 201',
    address: (ports) => ({ url: `http://127.0.0.1:${ports.nameNodeHttp}`, user }),
    remedy: (directory) =>
      `Where its data is damaged, remove ${directory} to begin with an empty HDFS, or set WEBHDFS_URL to use one that runs already.`,
  };
  return startServer(kind, options);
}

/**
 * Resolves when a file can be written: the NameNode has left its start-up and knows a living DataNode. Not by `fetch`, which takes the
 * DataNode's unasked `100 Continue` for a broken answer.
 */
export async function createRequest(address: HdfsAddress): Promise<void> {
  const request = got.extend({ retry: { limit: 0 }, timeout: { request: 15_000 }, followRedirect: false });
  const file = `${address.url}/webhdfs/v1/tmp/.chatlake-launcher-${process.pid}`;
  const searchParams = { 'user.name': address.user };
  const create = request.put(file, {
    searchParams: { ...searchParams, op: 'CREATE', overwrite: true, noredirect: true },
  });
  const { Location: location } = await create.json<{ Location: string }>();
  const upload = await request.put(location, { body: 'x' });
  if (upload.statusCode !== 201) throw new Error(`WebHDFS CREATE answered ${upload.statusCode} instead of 201`);
  await request.delete(file, { searchParams: { ...searchParams, op: 'DELETE' } });
}
