import type { LocalServers } from '../../infra/local/servers.ts';
import type { TwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import { startFaultProxy } from '../faults/fault-proxy.ts';
import type { FaultProxy } from '../faults/fault-proxy.ts';
import { startFaultyHdfs } from '../faults/faulty-hdfs.ts';
import { startFaultyKafka } from '../faults/faulty-kafka.ts';

/** The servers behind the links. */
interface Servers {
  local: LocalServers;
  parameterStoreUrl: string;
  simulator: TwitchSimulator;
}

type ServerName = 'temporal' | 'kafka' | 'namenode' | 'datanode' | 'parameters' | 'irc' | 'helix';

/** The servers of each kind of worker. */
const TALKS_TO: Record<string, readonly ServerName[]> = {
  orchestrator: ['temporal', 'namenode', 'datanode', 'parameters', 'helix'],
  collector: ['temporal', 'kafka', 'irc', 'parameters'],
  loader: ['temporal', 'kafka', 'namenode', 'datanode'],
  refiner: ['temporal', 'kafka', 'namenode', 'datanode'],
};

/** One proxy for each pair of worker and server, named `<worker>/<server>`: `collector-a/kafka`. */
export class Network {
  readonly links = new Map<string, FaultProxy>();
  readonly #environments = new Map<string, Record<string, string>>();

  /** The environment of the worker, with the addresses of its links. */
  envOf(worker: string): Record<string, string> {
    return this.#environments.get(worker) ?? {};
  }

  /** The links of the given kinds of workers, or all, to the given servers. */
  between(workers: readonly string[], servers: readonly string[]): FaultProxy[] {
    return [...this.links]
      .filter(([name]) => {
        const [worker = '', server = ''] = name.split('/');
        return workers.some((it) => worker.startsWith(it)) && servers.includes(server);
      })
      .map(([, link]) => link);
  }

  async add(worker: string, servers: Servers): Promise<void> {
    const env: Record<string, string> = {};
    const kind = worker.split('-')[0] ?? worker;
    for (const server of TALKS_TO[kind] ?? []) Object.assign(env, await this.#link(worker, server, servers));
    this.#environments.set(worker, env);
  }

  async close(): Promise<void> {
    await Promise.all([...this.links.values()].map((link) => link.close()));
  }

  /** Creates the link and returns the variables with its address. */
  async #link(worker: string, server: ServerName, servers: Servers): Promise<Record<string, string>> {
    const { local, parameterStoreUrl, simulator } = servers;
    const open = async (url: string) => this.#open(`${worker}/${server}`, url);
    switch (server) {
      case 'temporal':
        return { TEMPORAL_ADDRESS: `127.0.0.1:${(await open(`tcp://${local.temporal.address}`)).port}` };
      case 'kafka': {
        const link = await startFaultyKafka(local.kafka.brokers[0] ?? '');
        this.links.set(`${worker}/kafka`, link);
        return { KAFKA_BROKERS: `127.0.0.1:${link.port}` };
      }
      case 'namenode': {
        const { nameNode, dataNode } = await startFaultyHdfs(local.hdfs);
        this.links.set(`${worker}/namenode`, nameNode).set(`${worker}/datanode`, dataNode);
        return { WEBHDFS_URL: nameNode.url };
      }
      case 'datanode':
        return {};
      case 'parameters':
        return { PARAMETER_STORE_URL: (await open(parameterStoreUrl)).url };
      case 'irc':
        return { TWITCH_IRC_URL: `irc://127.0.0.1:${(await open(simulator.ircUrl)).port}` };
      case 'helix': {
        const { url } = await open(simulator.apiUrl);
        return { TWITCH_API_URL: `${url}/helix`, TWITCH_ID_URL: `${url}/oauth2` };
      }
    }
  }

  async #open(name: string, url: string): Promise<FaultProxy> {
    const { hostname, port } = new URL(url);
    const link = await startFaultProxy({ host: hostname, port: Number(port) });
    this.links.set(name, link);
    return link;
  }
}
