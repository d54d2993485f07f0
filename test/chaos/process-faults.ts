import { join } from 'node:path';
import type { Duty } from './duties.ts';
import type { ChaosFault } from './faults.ts';
import { type ServerProcessName, type Victim, send, serverProcess, workerProcess } from './processes.ts';
import type { Stage } from './stage.ts';

const freezeSeconds = 30;
const collecting = ['collect-a', 'collect-b'] as const;

/** Kills, stops and freezes of workers and servers. The launcher starts again what has ended. */
export const processFaults: Record<string, ChaosFault> = {
  'kill-collector-a': blow('worker', worker('collector-a'), 'SIGKILL', ['collect-a']),
  'kill-collector-b': blow('worker', worker('collector-b'), 'SIGKILL', ['collect-b']),
  'kill-loader': blow('worker', worker('loader'), 'SIGKILL', ['load']),
  'kill-refiner': blow('worker', worker('refiner'), 'SIGKILL', ['refine']),
  'kill-orchestrator': blow('worker', worker('orchestrator'), 'SIGKILL', ['refine']),
  'stop-collector-b': blow('worker', worker('collector-b'), 'SIGTERM', ['collect-b']),
  'stop-loader': blow('worker', worker('loader'), 'SIGTERM', ['load']),
  'kill-temporal': blow('server', server('temporal'), 'SIGKILL', [...collecting, 'load', 'refine']),
  'kill-kafka': blow('server', server('kafka'), 'SIGKILL', [...collecting, 'load']),
  'restart-kafka': blow('server', server('kafka'), 'SIGTERM', [...collecting, 'load']),
  'kill-namenode': blow('server', server('namenode'), 'SIGKILL', ['load', 'refine']),
  'kill-datanode': blow('server', server('datanode'), 'SIGKILL', ['load', 'refine']),
  'freeze-collector-a': freeze(worker('collector-a'), ['collect-a']),
  'freeze-loader': freeze(worker('loader'), ['load']),
  'freeze-refiner': freeze(worker('refiner'), ['refine']),
  'freeze-orchestrator': freeze(worker('orchestrator'), ['refine']),
  'freeze-kafka': freeze(server('kafka'), [...collecting, 'load']),
  'freeze-namenode': freeze(server('namenode'), ['load', 'refine']),
};

type Find = (stage: Stage) => Victim;

function worker(name: string): Find {
  return ({ dataDirectory }) => workerProcess(name, dataDirectory);
}

function server(name: ServerProcessName): Find {
  return ({ directory }) => serverProcess(name, join(directory, 'servers'));
}

/** A victim that is just being started again anyway is let alone: it is down as it should be. */
function blow(kind: ChaosFault['kind'], find: Find, signal: NodeJS.Signals, duties: readonly Duty[]): ChaosFault {
  return {
    kind,
    seconds: 0,
    duties,
    begin: async (stage) => {
      send(find(stage), signal);
      return () => {};
    },
  };
}

function freeze(find: Find, duties: readonly Duty[]): ChaosFault {
  return {
    kind: 'other',
    seconds: freezeSeconds,
    duties,
    begin: async (stage) => {
      send(find(stage), 'SIGSTOP');
      return () => void send(find(stage), 'SIGCONT');
    },
  };
}
