import { createHdfs } from '../../activities/hdfs/client.ts';
import type { Hdfs } from '../../activities/hdfs/hdfs.ts';
import type { HdfsAddress } from '../../infra/local/hdfs-server.ts';
import { silentLog } from '../../common/log.ts';
import { startFaultProxy } from './fault-proxy.ts';
import type { FaultProxy, ProxyTarget } from './fault-proxy.ts';

/** A real HDFS behind two proxies, one for the NameNode and one for the DataNode. */
export interface FaultyHdfs {
  nameNode: FaultProxy;
  dataNode: FaultProxy;
  /** The strict client, which knows only the proxies. By default patient enough for any machine. */
  client(options?: { timeoutMs?: number; patienceMs?: number }): Hdfs;
  /** Call it when the servers have new ports after a restart. */
  follow(address: HdfsAddress): Promise<void>;
  /** Makes both proxies pass everything again. */
  pass(): Promise<void>;
  close(): Promise<void>;
}

export async function startFaultyHdfs(address: HdfsAddress): Promise<FaultyHdfs> {
  const dataNode = await startFaultProxy(await dataNodeOf(address));
  const nameNode = await startFaultProxy(targetOf(address.url));
  const follow = async (moved: HdfsAddress) => {
    nameNode.target = targetOf(moved.url);
    dataNode.target = await dataNodeOf(moved);
    // The NameNode's answers name the DataNode. Both ports are ephemeral ports, which all have five digits.
    nameNode.rewrite = { from: `127.0.0.1:${dataNode.target.port}`, to: `127.0.0.1:${dataNode.port}` };
    const { from, to } = nameNode.rewrite;
    if (from.length !== to.length) throw new Error(`Expected the ports of ${from} and ${to} to have the same length.`);
  };
  await follow(address);
  return {
    nameNode,
    dataNode,
    follow,
    client: (options = {}) =>
      createHdfs({ urls: [nameNode.url], user: address.user, log: silentLog, patienceMs: 180_000, ...options }),
    pass: async () => {
      await nameNode.pass();
      await dataNode.pass();
    },
    close: async () => {
      await nameNode.close();
      await dataNode.close();
    },
  };
}

/** The address to which the NameNode redirects uploads. */
async function dataNodeOf({ url, user }: HdfsAddress): Promise<ProxyTarget> {
  const asked = `${url}/webhdfs/v1/tmp/never?op=CREATE&noredirect=true&user.name=${user}`;
  const answer = (await (await fetch(asked, { method: 'PUT' })).json()) as { Location: string };
  return targetOf(answer.Location);
}

function targetOf(url: string): ProxyTarget {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}
