import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import got from 'got';
import { hadoopJars } from './builds.ts';
import { runToEnd } from '../../common/guarded-process.ts';
import type { Command } from '../../common/guarded-process.ts';
import { formatOnce } from './formatted.ts';
import { LOG4J_PROPERTIES, hadoopXml, nodeSettings } from './hdfs-settings.ts';
import type { HadoopSettings, HdfsPort } from './hdfs-settings.ts';
import { JAVA_ENVIRONMENT, javaFlags, javaProgram } from './java.ts';
import { plainPath, symlinkTo } from './plain-path.ts';
import { keptPorts } from './ports.ts';
import type { ProgressLog } from './progress.ts';
import { Refusal } from '../../common/refusal.ts';
import type { RunningServer, ServerKind, ServerOptions } from './server.ts';
import { startServer } from './server.ts';

export interface HdfsAddress {
  /** WebHDFS of the NameNode: `http://127.0.0.1:9870`. */
  url: string;
  /** The superuser, see {@link ownerOf}. */
  user: string;
}

export const NAME_NODE = 'org.apache.hadoop.hdfs.server.namenode.NameNode';
export const DATA_NODE = 'org.apache.hadoop.hdfs.server.datanode.DataNode';

/** Starts a NameNode and a DataNode with replication 1. */
export async function startHdfsServer(options: ServerOptions): Promise<RunningServer<HdfsAddress>> {
  checkHdfsDirectory(options.directory);
  const user = ownerOf(options.directory);
  const kind: ServerKind<HdfsPort, HdfsAddress> = {
    name: 'hdfs',
    ports: ['nameNodeRpc', 'nameNodeHttp', 'dataNodeData', 'dataNodeHttp', 'dataNodeIpc'],
    prepare: async (directory, ports) => {
      // Hadoop uses a URL as it is. It would resolve a path, and the result may contain a format character or a quote.
      const settings = nodeSettings(`file://${plainPath(directory)}`, ports);
      const run = await hadoopCommands(directory, { settings, user, log: options.log });
      const logFile = (name: string) => join(directory, `${name}.log`);
      const [names, blocks] = [join(directory, 'namenode'), join(directory, 'datanode')];
      await formatOnce(directory, { directories: [names, blocks], traceOfUse: join(blocks, 'current') }, () =>
        runToEnd('formatting HDFS', {
          ...run(128, NAME_NODE, '-format', '-force', '-nonInteractive'),
          logFile: logFile('namenode'),
        }),
      );
      return [
        { name: 'namenode', ...run(256, NAME_NODE), logFile: logFile('namenode') },
        { name: 'datanode', ...run(256, DATA_NODE), logFile: logFile('datanode') },
      ];
    },
    request: createRequest,
    requestName: 'a WebHDFS CREATE with 201',
    address: (ports) => ({ url: `http://127.0.0.1:${ports.nameNodeHttp}`, user }),
    remedy: (directory) =>
      `The data in ${directory} is the lake. If it is damaged, repair it or restore it from a backup, or set WEBHDFS_URL to a running NameNode.`,
  };
  return startServer(kind, options);
}

/** A Java program of Hadoop with these settings, as it is started: a node, or a tool. */
export type HadoopCommand = (heapMegabytes: number, main: string, ...args: string[]) => Omit<Command, 'logFile'>;

/** Writes the settings of HDFS nodes into `conf` of a directory. All of them run in this directory. */
export async function hadoopCommands(
  directory: string,
  options: { settings: HadoopSettings; user: string; log: ProgressLog },
): Promise<HadoopCommand> {
  const program = javaProgram('Install it, or set WEBHDFS_URL to a running NameNode.');
  symlinkTo(await hadoopJars(options.log), join(directory, 'jars'));
  const conf = join(directory, 'conf');
  // Both nodes require these directories on the class path. WebHDFS needs nothing in them.
  for (const webapp of ['hdfs', 'datanode']) mkdirSync(join(conf, 'webapps', webapp), { recursive: true });
  writeFileSync(join(conf, 'log4j.properties'), LOG4J_PROPERTIES);
  writeFileSync(join(conf, 'site.xml'), hadoopXml(options.settings));
  return (heapMegabytes, main, ...args) => ({
    program,
    args: [...javaFlags(heapMegabytes), '-cp', 'conf:jars/*', main, '-conf', 'conf/site.xml', ...args],
    env: { ...JAVA_ENVIRONMENT, HADOOP_USER_NAME: options.user },
    cwd: directory,
  });
}

/**
 * The superuser of the lake. HDFS trusts any user name, and some of its servlets have no CSRF protection. A page in a browser on this
 * machine could send `GET /fsck?ugi=hdfs&delete=1`, which removes files with a missing block. So the name is random. Lakes of earlier
 * releases keep `hdfs`, which owns their files.
 */
export function ownerOf(directory: string): string {
  const file = join(directory, 'owner');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const owner = existsSync(join(directory, 'namenode')) ? 'hdfs' : `lake-${randomBytes(8).toString('hex')}`;
  mkdirSync(directory, { recursive: true });
  writeFileSync(file, `${owner}\n`, { mode: 0o600 });
  return owner;
}

/** The address of the HDFS that was last started in the directory, by any process; undefined if none was. It may have been stopped. */
export function lastHdfsAddress(directory: string): HdfsAddress | undefined {
  const port = keptPorts(join(directory, 'ports.json'))['nameNodeHttp'];
  if (port === undefined || !existsSync(join(directory, 'owner'))) return undefined;
  return { url: `http://127.0.0.1:${port}`, user: ownerOf(directory) };
}

/**
 * Refuses a path with a single quote: Hadoop resolves links and passes the path to a shell in single quotes.
 * @throws Refusal 73
 */
export function checkHdfsDirectory(directory: string): void {
  const path = realPath(resolve(directory));
  if (!path.includes("'")) return;
  throw new Refusal(
    73,
    `Expected the directory of the local HDFS to have no ' in its path, found ${path}. Set DATA_DIR to a directory without ', or WEBHDFS_URL to a running NameNode.`,
  );
}

/** Resolves links in the part of the path that exists. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(realPath(dirname(path)), basename(path));
  }
}

/**
 * Resolves if a file can be written: the NameNode has left safe mode and has a living DataNode. Does not use `fetch`, which rejects the
 * unrequested `100 Continue` of the DataNode.
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
