import type { Random } from '../../infra/twitch-simulator/random.ts';
import type { FaultProxy } from '../faults/fault-proxy.ts';
import type { Duty } from './duties.ts';
import type { ChaosFault } from './faults.ts';

const SECONDS = 12;
const COLLECTING = ['collect-a', 'collect-b'] as const;
const ORCHESTRATING = ['refine', 'poll'] as const;

/** The links from one kind of worker to some servers, and the duties that depend on them. */
interface Place {
  workers: readonly string[];
  servers: readonly string[];
  duties: readonly Duty[];
}

const PLACES: Record<string, Place> = {
  'collector-kafka': { workers: ['collector'], servers: ['kafka'], duties: COLLECTING },
  'collector-irc': { workers: ['collector-a'], servers: ['irc'], duties: ['collect-a'] },
  'collector-parameters': { workers: ['collector'], servers: ['parameters'], duties: COLLECTING },
  'collector-temporal': { workers: ['collector'], servers: ['temporal'], duties: COLLECTING },
  'loader-kafka': { workers: ['loader'], servers: ['kafka'], duties: ['load'] },
  'loader-hdfs': { workers: ['loader'], servers: ['namenode', 'datanode'], duties: ['load'] },
  'loader-temporal': { workers: ['loader'], servers: ['temporal'], duties: ['load'] },
  'refiner-hdfs': { workers: ['refiner'], servers: ['namenode', 'datanode'], duties: ['refine'] },
  'refiner-kafka': { workers: ['refiner'], servers: ['kafka'], duties: ['refine'] },
  'refiner-temporal': { workers: ['refiner'], servers: ['temporal'], duties: ['refine'] },
  'orchestrator-temporal': { workers: ['orchestrator'], servers: ['temporal'], duties: ORCHESTRATING },
  'orchestrator-helix': { workers: ['orchestrator'], servers: ['helix'], duties: ORCHESTRATING },
  'orchestrator-hdfs': { workers: ['orchestrator'], servers: ['namenode', 'datanode'], duties: ORCHESTRATING },
  'orchestrator-parameters': { workers: ['orchestrator'], servers: ['parameters'], duties: ORCHESTRATING },
};

/** Actions of the fault proxy. The last two reset one connection at a critical moment and then end. */
const verbs: Record<string, (link: FaultProxy, random: Random) => Promise<void>> = {
  cut: (link) => link.cut(),
  latency: (link) => link.latency(200),
  bandwidth: (link) => link.bandwidth(10_000),
  slices: (link) => link.slices(1),
  'half-open': (link) => link.halfOpen(),
  'drop-answer': (link) => link.dropAnswer(),
  'cut-after': (link, random) => link.cutAfter(random.between(1, 20_000), random.pick(['toServer', 'toClient'])),
};

/** Every action on every group of links: `cut-loader-hdfs`. */
export const linkFaults: Record<string, ChaosFault> = {
  ...Object.fromEntries(
    Object.entries(PLACES).flatMap(([name, place]) =>
      Object.entries(verbs).map(([verb, act]) => [`${verb}-${name}`, linkFault(place, SECONDS, act)]),
    ),
  ),
  'cut-everything': linkFault(
    {
      workers: ['orchestrator', 'collector', 'loader', 'refiner'],
      servers: ['temporal', 'kafka', 'namenode', 'datanode', 'parameters', 'helix'],
      duties: [...COLLECTING, 'load', 'refine', 'poll'],
    },
    SECONDS,
    (link) => link.cut(),
  ),
  'long-hdfs-away': linkFault(
    {
      workers: ['loader', 'refiner', 'orchestrator'],
      servers: ['namenode', 'datanode'],
      duties: ['load', 'refine', 'poll'],
    },
    300,
    (link) => link.cut(),
  ),
  'long-kafka-away': linkFault(
    { workers: ['collector', 'loader', 'refiner'], servers: ['kafka'], duties: [...COLLECTING, 'load'] },
    180,
    (link) => link.cut(),
  ),
};

function linkFault(
  { workers, servers, duties }: Place,
  lasting: number,
  act: (link: FaultProxy, random: Random) => Promise<void>,
): ChaosFault {
  return {
    kind: 'other',
    seconds: lasting,
    duties,
    begin: async ({ network }, random) => {
      const links = network.between(workers, servers);
      await Promise.all(links.map((link) => act(link, random)));
      return async () => void (await Promise.all(links.map((link) => link.pass())));
    },
  };
}
