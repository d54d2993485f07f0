import { join } from 'node:path';
import { brokerProcess, metadataRequest, serverProperties } from '../../infra/local/kafka-server.ts';
import { freePort } from '../../common/free-port.ts';
import { silentProgress } from '../../infra/local/progress.ts';
import { startServer } from '../../infra/local/server.ts';
import type { RunningServer } from '../../infra/local/server.ts';
import { send, serverProcess } from '../chaos/processes.ts';

/** Three real brokers, which are also the controllers. Broker ids are 1, 2 and 3. */
export interface KafkaBrokers {
  brokers: string[];
  /** Kills a broker by SIGKILL. It is restarted. */
  kill(id: number): void;
  /** Stops a broker for good. */
  remove(id: number): Promise<void>;
  stop(): Promise<void>;
}

const IDS = [1, 2, 3] as const;

export async function startKafkaBrokers(directory: string): Promise<KafkaBrokers> {
  const ports = new Map<number, { broker: number; controller: number }>();
  const taken = new Set<number>();
  const newPort = async (): Promise<number> => {
    const port = await freePort();
    if (taken.has(port)) return newPort();
    taken.add(port);
    return port;
  };
  for (const id of IDS) ports.set(id, { broker: await newPort(), controller: await newPort() });
  const voters = IDS.map((id) => `${id}@127.0.0.1:${ports.get(id)?.controller}`).join(',');
  const place = (id: number): string => join(directory, `broker-${id}`);

  const start = async (id: (typeof IDS)[number]): Promise<RunningServer<{ brokers: string[] }>> => {
    const own = ports.get(id) ?? { broker: 0, controller: 0 };
    const properties = {
      ...serverProperties(own),
      'node.id': id,
      'controller.quorum.voters': voters,
      'offsets.topic.replication.factor': 3,
      'transaction.state.log.replication.factor': 3,
      'share.coordinator.state.topic.replication.factor': 3,
    };
    return startServer(
      {
        name: `broker-${id}`,
        ports: [],
        prepare: async (own) => [await brokerProcess(own, properties, { name: `broker-${id}`, log: silentProgress })],
        request: metadataRequest,
        requestName: 'a metadata request',
        address: () => ({ brokers: [`127.0.0.1:${own.broker}`] }),
        remedy: () => '',
      },
      { directory: place(id), log: silentProgress },
    );
  };
  const started = await Promise.allSettled(IDS.map(start));
  const servers = started.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : []));
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  const failed = started.find((it) => it.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  return {
    brokers: servers.flatMap(({ address }) => address.brokers),
    kill: (id) => void send(serverProcess('kafka', place(id)), 'SIGKILL'),
    remove: async (id) => servers[id - 1]?.stop(),
    stop,
  };
}
