import type { Installation } from '../activities/load/installation.ts';
import { startProxy } from '../activities/hdfs/proxy.ts';
import type { ProxiedRequest, Treatment } from '../activities/hdfs/proxy.ts';
import { startFaultProxy } from '../faults/fault-proxy.ts';
import type { FaultProxy } from '../faults/fault-proxy.ts';
import { hdfs as hdfsServer } from '../integration/servers.ts';
import { startLoaderProcess } from './loader-processes.ts';
import type { LoaderProcess } from './loader-processes.ts';

/** A loader process whose way to HDFS the test can see and hold. */
export interface WatchedLoader extends LoaderProcess {
  /** Its requests that were handed on to HDFS, as `RENAME NameNode`. */
  requests: string[];
  /** Behind the point at which its requests are seen: what is held here is on its way, whatever becomes of the loader. */
  network: FaultProxy;
  /** Runs `act` when the next request of this kind comes, before it is handed on; what `act` gives is done with the request. */
  atNext(request: Pick<ProxiedRequest, 'op' | 'node'>, act: () => Treatment): Promise<void>;
  /** Ends it and its way, in whatever state they are. */
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
