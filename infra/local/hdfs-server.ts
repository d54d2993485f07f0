import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import got from 'got';
import { hadoopJars } from './builds.ts';
import { runToEnd } from './child-process.ts';
import { formatOnce } from './formatted.ts';
import { log4jProperties, siteXml } from './hdfs-settings.ts';
import type { HdfsPort } from './hdfs-settings.ts';
import { JAVA_ENVIRONMENT, javaFlags, javaProgram } from './java.ts';
import { plainPath, symlinkTo } from './plain-path.ts';
import { Refusal } from '../../common/refusal.ts';
import type { RunningServer, ServerKind, ServerOptions } from './server.ts';
import { startServer } from './server.ts';

export interface HdfsAddress {
  /** WebHDFS of the NameNode: `http://127.0.0.1:9870`. */
  url: string;
  /** The owner of `/`, who may do everything: who HADOOP_USER_NAME is, see {@link ownerOf}. */
  user: string;
}

const NAME_NODE = 'org.apache.hadoop.hdfs.server.namenode.NameNode';
const DATA_NODE = 'org.apache.hadoop.hdfs.server.datanode.DataNode';

/** One NameNode and one DataNode, which keep one copy of each block. */
export async function startHdfsServer(options: ServerOptions): Promise<RunningServer<HdfsAddress>> {
  checkHdfsDirectory(options.directory);
  const user = ownerOf(options.directory);
  const kind: ServerKind<HdfsPort, HdfsAddress> = {
    name: 'hdfs',
    ports: ['nameNodeRpc', 'nameNodeHttp', 'dataNodeData', 'dataNodeHttp', 'dataNodeIpc'],
    prepare: async (directory, ports) => {
      const program = javaProgram('Install it, or set WEBHDFS_URL to a NameNode that runs already.');
      symlinkTo(await hadoopJars(options.log), join(directory, 'jars'));
      const conf = join(directory, 'conf');
      // Both nodes look for these on the class path, though they hold nothing that WebHDFS needs.
      for (const webapp of ['hdfs', 'datanode']) mkdirSync(join(conf, 'webapps', webapp), { recursive: true });
      writeFileSync(join(conf, 'log4j.properties'), log4jProperties);
      // As a URL, which Hadoop takes as it stands; a path it resolves to one that may hold what it takes for a format or a quote.
      writeFileSync(join(conf, 'site.xml'), siteXml(`file://${plainPath(directory)}`, ports));
      const run = (heapMegabytes: number, main: string, ...args: string[]) => ({
        program,
        args: [...javaFlags(heapMegabytes), '-cp', 'conf:jars/*', main, '-conf', 'conf/site.xml', ...args],
        env: { ...JAVA_ENVIRONMENT, HADOOP_USER_NAME: user },
        cwd: directory,
      });
      const logFile = (name: string) => join(directory, `${name}.log`);
      const [names, blocks] = [join(directory, 'namenode'), join(directory, 'datanode')];
      await formatOnce(directory, { directories: [names, blocks], traceOfUse: join(blocks, 'current') }, () =>
        runToEnd('the formatting of HDFS', {
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
      `Its data in ${directory} is the lake itself. Where it is damaged, mend it or restore it from a copy, or set WEBHDFS_URL to a NameNode that runs already.`,
  };
  return startServer(kind, options);
}

/**
 * Who owns the lake. HDFS believes everybody who says a name, and a page in a browser on this machine can say one to servlets that know no
 * protection against that: `GET /fsck?ugi=hdfs&delete=1` removes files with a missing block. So the owner of a lake has a name that nobody guesses.
 * One that was made before stays with `hdfs`, who owns its files.
 */
export function ownerOf(directory: string): string {
  const file = join(directory, 'owner');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const owner = existsSync(join(directory, 'namenode')) ? 'hdfs' : `lake-${randomBytes(8).toString('hex')}`;
  mkdirSync(directory, { recursive: true });
  writeFileSync(file, `${owner}\n`, { mode: 0o600 });
  return owner;
}

/**
 * Hadoop resolves links and passes the path to a shell in single quotes, which one more quote ends.
 * @throws Refusal 73
 */
export function checkHdfsDirectory(directory: string): void {
  const path = realPath(resolve(directory));
  if (!path.includes("'")) return;
  throw new Refusal(
    73,
    `Expected the directory of the local HDFS to have no ' in its path, found ${path}. Set DATA_DIR to a directory without, or WEBHDFS_URL to a NameNode that runs already.`,
  );
}

/** With links resolved, as far as it is there. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(realPath(dirname(path)), basename(path));
  }
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
