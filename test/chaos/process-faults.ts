import { join } from 'node:path';
import type { Duty } from './duties.ts';
import type { ChaosFault } from './faults.ts';
import { NotDone } from './not-done.ts';
import { pidOf, send, sendTo, serverProcess, workerProcess } from './processes.ts';
import type { ServerProcessName, Victim } from './processes.ts';
import type { Stage } from './stage.ts';

const FREEZE_SECONDS = 30;
const COLLECTING = ['collect-a', 'collect-b'] as const;

/** Kills, stops and freezes of workers and servers. The launcher starts again what has ended. */
export const processFaults: Record<string, ChaosFault> = {
  'kill-collector-a': blow('worker', worker('collector-a'), 'SIGKILL', ['collect-a']),
  'kill-collector-b': blow('worker', worker('collector-b'), 'SIGKILL', ['collect-b']),
  'kill-loader': blow('worker', worker('loader'), 'SIGKILL', ['load']),
  'kill-refiner': blow('worker', worker('refiner'), 'SIGKILL', ['refine']),
  'kill-orchestrator': blow('worker', worker('orchestrator'), 'SIGKILL', ['refine']),
  'stop-collector-b': blow('worker', worker('collector-b'), 'SIGTERM', ['collect-b']),
  'stop-loader': blow('worker', worker('loader'), 'SIGTERM', ['load']),
  'kill-temporal': blow('server', server('temporal'), 'SIGKILL', [...COLLECTING, 'load', 'refine']),
  'kill-kafka': blow('server', server('kafka'), 'SIGKILL', [...COLLECTING, 'load']),
  'restart-kafka': blow('server', server('kafka'), 'SIGTERM', [...COLLECTING, 'load']),
  'kill-namenode': blow('server', server('namenode'), 'SIGKILL', ['load', 'refine']),
  'kill-datanode': blow('server', server('datanode'), 'SIGKILL', ['load', 'refine']),
  'freeze-collector-a': freeze(worker('collector-a'), ['collect-a']),
  'freeze-collector-b': freeze(worker('collector-b'), ['collect-b']),
  'freeze-loader': freeze(worker('loader'), ['load']),
  'freeze-refiner': freeze(worker('refiner'), ['refine']),
  'freeze-orchestrator': freeze(worker('orchestrator'), ['refine']),
  'freeze-temporal': freeze(server('temporal'), [...COLLECTING, 'load', 'refine']),
  'freeze-kafka': freeze(server('kafka'), [...COLLECTING, 'load']),
  'freeze-namenode': freeze(server('namenode'), ['load', 'refine']),
  'freeze-datanode': freeze(server('datanode'), ['load', 'refine']),
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
      return send(find(stage), signal) ? () => {} : notThere();
    },
  };
}

function freeze(find: Find, duties: readonly Duty[]): ChaosFault {
  return {
    kind: 'other',
    seconds: FREEZE_SECONDS,
    duties,
    begin: async (stage) => {
      const pid = pidOf(find(stage));
      if (pid === undefined || !sendTo(pid, 'SIGSTOP')) return notThere();
      // To the very same: the one that has taken its place meanwhile was never stopped.
      return () => void sendTo(pid, 'SIGCONT');
    },
  };
}

function notThere(): NotDone {
  return new NotDone('no such process at the moment');
}
