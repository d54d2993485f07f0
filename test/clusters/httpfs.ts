import { mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { runToEnd } from '../../common/guarded-process.ts';
import { DATA_NODE, NAME_NODE, createRequest, hadoopCommands } from '../../infra/local/hdfs-server.ts';
import { hadoopXml, nodeSettings } from '../../infra/local/hdfs-settings.ts';
import type { HdfsPort } from '../../infra/local/hdfs-settings.ts';
import { javaFlags, javaProgram } from '../../infra/local/java.ts';
import { silentProgress } from '../../infra/local/progress.ts';
import { startServer } from '../../infra/local/server.ts';
import type { RunningServer } from '../../infra/local/server.ts';
import { hadoopExtras } from './kdc.ts';

const USER = 'hdfs';

/** A real HDFS, and a real HttpFS in front of it. */
export interface HttpFs {
  nameNode: string;
  gateway: string;
  user: string;
}

export function startHttpFs(directory: string): Promise<RunningServer<HttpFs>> {
  return startServer<HdfsPort | 'gateway', HttpFs>(
    {
      name: 'httpfs',
      ports: ['nameNodeRpc', 'nameNodeHttp', 'dataNodeData', 'dataNodeHttp', 'dataNodeIpc', 'gateway'],
      prepare: async (place, ports) => {
        // HttpFS asks the NameNode in the name of its clients.
        const proxy = `hadoop.proxyuser.${userInfo().username}`;
        const settings = {
          ...nodeSettings(`file://${place}`, ports),
          [`${proxy}.hosts`]: '*',
          [`${proxy}.groups`]: '*',
        };
        const run = await hadoopCommands(place, { settings, user: USER, log: silentProgress });
        const spec = (name: string, heap: number, main: string, ...args: string[]) => ({
          name,
          ...run(heap, main, ...args),
          logFile: join(place, `${name}.log`),
        });
        await runToEnd('formatting HDFS', spec('namenode', 128, NAME_NODE, '-format', '-force', '-nonInteractive'));
        const home = join(place, 'httpfs');
        for (const name of ['conf', 'log', 'temp']) mkdirSync(join(home, name), { recursive: true });
        const own = { 'httpfs.http.hostname': '127.0.0.1', 'httpfs.http.port': ports.gateway };
        const conf = join(home, 'conf');
        writeFileSync(
          join(conf, 'core-site.xml'),
          hadoopXml({ 'fs.defaultFS': `hdfs://127.0.0.1:${ports.nameNodeRpc}` }),
        );
        writeFileSync(join(conf, 'httpfs-site.xml'), hadoopXml({ ...own, 'httpfs.hadoop.config.dir': conf }));
        writeFileSync(join(conf, 'httpfs-signature.secret'), 'signs cookies');
        const directories = Object.entries({ home, config: conf, log: join(home, 'log'), temp: join(home, 'temp') });
        return [
          spec('namenode', 256, NAME_NODE),
          spec('datanode', 256, DATA_NODE),
          {
            name: 'httpfs',
            program: javaProgram(''),
            args: [
              '--add-opens=java.base/java.lang=ALL-UNNAMED',
              ...javaFlags(256),
              ...directories.map(([name, path]) => `-Dhttpfs.${name}.dir=${path}`),
              ...['-cp', `${conf}:${await hadoopExtras()}/*`],
              'org.apache.hadoop.fs.http.server.HttpFSServerWebServer',
            ],
            cwd: home,
            logFile: join(place, 'httpfs.log'),
          },
        ];
      },
      request: async ({ nameNode, gateway, user }) => {
        await createRequest({ url: nameNode, user });
        const answer = await fetch(`${gateway}/webhdfs/v1/?op=GETFILESTATUS&user.name=${user}`);
        if (!answer.ok) throw new Error(`HttpFS answered ${answer.status}`);
      },
      requestName: 'a status',
      address: (ports) => ({
        nameNode: `http://127.0.0.1:${ports.nameNodeHttp}`,
        gateway: `http://127.0.0.1:${ports.gateway}`,
        user: USER,
      }),
      remedy: () => '',
    },
    { directory, log: silentProgress },
  );
}
