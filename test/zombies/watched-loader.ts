import type { Installation } from '../activities/load/installation.ts';
import { startProxy } from '../activities/hdfs/proxy.ts';
import type { ProxiedRequest, Treatment } from '../activities/hdfs/proxy.ts';
import { startFaultProxy } from '../faults/fault-proxy.ts';
import type { FaultProxy } from '../faults/fault-proxy.ts';
import { hdfs as hdfsServer } from '../integration/servers.ts';
import { startLoaderProcess } from './loader-processes.ts';
import type { LoaderProcess } from './loader-processes.ts';

/** A loader process whose requests to HDFS the test can see and hold. */
export interface WatchedLoader extends LoaderProcess {
  /** Its forwarded requests to HDFS, as `RENAME NameNode`. */
  requests: string[];
  /** After the point where requests are seen. A request held here stays on its way even if the loader dies. */
  network: FaultProxy;
  /** Runs `act` at the next request of this kind, before it is forwarded. `act` returns its treatment. */
  atNext(request: Pick<ProxiedRequest, 'op' | 'node'>, act: () => Treatment): Promise<void>;
  /** Ends the process and its proxies, in any state. */
  remove(): Promise<void>;
}

export async function startWatchedLoader(installation: Installation): Promise<WatchedLoader> {
  const { hostname: host, port } = new URL((await hdfsServer()).url);
  const network = await startFaultProxy({ host, port: Number(port) });
  const proxy = await startProxy(network.url);
  const loader = await startLoaderProcess(installation, { hdfsUrl: proxy.url });
  return {
    ...loader,
    requests: proxy.handedOn,
    network,
    atNext({ op, node }, act) {
      const { promise, resolve } = Promise.withResolvers<void>();
      proxy.treat = (request) => {
        if (request.op !== op || request.node !== node) return 'pass';
        proxy.treat = () => 'pass';
        resolve();
        return act();
      };
      return promise;
    },
    async remove() {
      loader.kill();
      await loader.ended;
      await proxy.stop();
      await network.close();
    },
  };
}
