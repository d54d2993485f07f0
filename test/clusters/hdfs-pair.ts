import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runToEnd } from '../../common/guarded-process.ts';
import { DATA_NODE, NAME_NODE, createRequest, hadoopCommands } from '../../infra/local/hdfs-server.ts';
import type { HadoopCommand } from '../../infra/local/hdfs-server.ts';
import { nodeSettings } from '../../infra/local/hdfs-settings.ts';
import type { HadoopSettings, HdfsPort } from '../../infra/local/hdfs-settings.ts';
import type { Ports } from '../../infra/local/ports.ts';
import { silentProgress } from '../../infra/local/progress.ts';
import { startServer } from '../../infra/local/server.ts';
import { send, serverProcess } from '../chaos/processes.ts';

const USER = 'hdfs';
const SERVICE = 'lake';
const ADMIN = 'org.apache.hadoop.hdfs.tools.DFSHAAdmin';
const PROXIES = 'org.apache.hadoop.hdfs.server.namenode.ha.ConfiguredFailoverProxyProvider';

type NameNodeId = 'nn1' | 'nn2';
type PairPort = HdfsPort | 'secondRpc' | 'secondHttp';

/** Two real NameNodes, one of which is active, and a DataNode. */
export interface HdfsPair {
  urls: Record<NameNodeId, string>;
  user: string;
  /** Makes a standby the active NameNode. The other one must be a standby, or dead. */
  activate(id: NameNodeId): Promise<void>;
  /** Makes the active NameNode a standby. */
  deactivate(id: NameNodeId): Promise<void>;
  /** Whether a NameNode is a standby. */
  isStandby(id: NameNodeId): Promise<boolean>;
  /** Kills a NameNode by SIGKILL. It is restarted, as a standby. */
  kill(id: NameNodeId): void;
  stop(): Promise<void>;
}

/** Starts the pair with `nn1` active. The edits are shared through a directory, as on NFS. */
export async function startHdfsPair(directory: string): Promise<HdfsPair> {
  let admin: (...args: string[]) => Promise<void> = () => Promise.reject(new Error('not prepared'));
  let isActive = false;
  const server = await startServer<PairPort, { nn1: string; nn2: string }>(
    {
      name: 'hdfs-pair',
      ports: ['nameNodeRpc', 'nameNodeHttp', 'secondRpc', 'secondHttp', 'dataNodeData', 'dataNodeHttp', 'dataNodeIpc'],
      prepare: async (place, ports) => {
        const commands = new Map<string, HadoopCommand>();
        for (const name of ['nn1', 'nn2', 'datanode']) {
          const own = join(place, name);
          mkdirSync(own, { recursive: true });
          const settings = { ...nodeSettings(`file://${own}`, ports), ...pairSettings(place, ports, name) };
          commands.set(name, await hadoopCommands(own, { settings, user: USER, log: silentProgress }));
        }
        const run = (name: string, heap: number, main: string, ...args: string[]) => ({
          ...(commands.get(name)?.(heap, main, ...args) ?? { program: '', args: [] }),
          logFile: join(place, `${name}.log`),
        });
        await runToEnd('formatting HDFS', run('nn1', 128, NAME_NODE, '-format', '-force', '-nonInteractive'));
        cpSync(join(place, 'nn1', 'namenode'), join(place, 'nn2', 'namenode'), { recursive: true });
        admin = (...args) =>
          runToEnd(args.join(' '), { ...run('nn1', 128, ADMIN, ...args), logFile: join(place, 'admin.log') });
        return [
          { name: 'nn1', ...run('nn1', 256, NAME_NODE) },
          { name: 'nn2', ...run('nn2', 256, NAME_NODE) },
          { name: 'datanode', ...run('datanode', 256, DATA_NODE) },
        ];
      },
      request: async ({ nn1 }) => {
        if (!isActive) await admin('-transitionToActive', '--forceactive', 'nn1');
        isActive = true;
        await createRequest({ url: nn1, user: USER });
      },
      requestName: 'a WebHDFS CREATE with 201',
      address: (ports) => ({
        nn1: `http://127.0.0.1:${ports.nameNodeHttp}`,
        nn2: `http://127.0.0.1:${ports.secondHttp}`,
      }),
      remedy: () => '',
    },
    { directory, log: silentProgress },
  );
  return {
    urls: server.address,
    user: USER,
    // Without it, the tool asks the other one, which may be dead.
    activate: (id) => admin('-transitionToActive', '--forceactive', id),
    deactivate: (id) => admin('-transitionToStandby', id),
    isStandby: async (id) => {
      const answer = await fetch(`${server.address[id]}/webhdfs/v1/?op=GETFILESTATUS&user.name=${USER}`);
      return (await answer.text()).includes('StandbyException');
    },
    kill: (id) => void send(serverProcess('namenode', join(directory, id)), 'SIGKILL'),
    stop: server.stop,
  };
}

function pairSettings(directory: string, ports: Ports<PairPort>, name: string): HadoopSettings {
  const loopback = (port: PairPort): string => `127.0.0.1:${ports[port]}`;
  return {
    'fs.defaultFS': `hdfs://${SERVICE}`,
    'dfs.nameservices': SERVICE,
    [`dfs.ha.namenodes.${SERVICE}`]: 'nn1,nn2',
    [`dfs.namenode.rpc-address.${SERVICE}.nn1`]: loopback('nameNodeRpc'),
    [`dfs.namenode.rpc-address.${SERVICE}.nn2`]: loopback('secondRpc'),
    [`dfs.namenode.http-address.${SERVICE}.nn1`]: loopback('nameNodeHttp'),
    [`dfs.namenode.http-address.${SERVICE}.nn2`]: loopback('secondHttp'),
    [`dfs.client.failover.proxy.provider.${SERVICE}`]: PROXIES,
    ...(name === 'datanode' ? {} : { 'dfs.ha.namenode.id': name }),
    'dfs.namenode.shared.edits.dir': `file://${join(directory, 'shared')}`,
    'dfs.ha.fencing.methods': 'shell(/bin/true)',
    'dfs.ha.tail-edits.period': 1,
    'dfs.ha.standby.checkpoints': false,
  };
}
