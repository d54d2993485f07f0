import { join } from 'node:path';
import type { Duty } from './duties.ts';
import type { ChaosFault } from './faults.ts';
import { NotDone } from './not-done.ts';
import { pidOf, send, sendTo, serverProcess, workerProcess } from './processes.ts';
import type { ServerProcessName, Victim } from './processes.ts';
import type { Stage } from './stage.ts';

const FREEZE_SECONDS = 30;
const COLLECTING = ['collect-a', 'collect-b'] as const;

/** Kills, stops and freezes workers and servers. The launcher restarts what has ended. */
export const processFaults: Record<string, ChaosFault> = {
  'kill-collector-a': sendSignal('worker', worker('collector-a'), 'SIGKILL', ['collect-a']),
  'kill-collector-b': sendSignal('worker', worker('collector-b'), 'SIGKILL', ['collect-b']),
  'kill-loader': sendSignal('worker', worker('loader'), 'SIGKILL', ['load']),
  'kill-refiner': sendSignal('worker', worker('refiner'), 'SIGKILL', ['refine']),
  'kill-orchestrator': sendSignal('worker', worker('orchestrator'), 'SIGKILL', ['refine']),
  'stop-collector-b': sendSignal('worker', worker('collector-b'), 'SIGTERM', ['collect-b']),
  'stop-loader': sendSignal('worker', worker('loader'), 'SIGTERM', ['load']),
  'kill-temporal': sendSignal('server', server('temporal'), 'SIGKILL', [...COLLECTING, 'load', 'refine']),
  'kill-kafka': sendSignal('server', server('kafka'), 'SIGKILL', [...COLLECTING, 'load']),
  'restart-kafka': sendSignal('server', server('kafka'), 'SIGTERM', [...COLLECTING, 'load']),
  'kill-namenode': sendSignal('server', server('namenode'), 'SIGKILL', ['load', 'refine']),
  'kill-datanode': sendSignal('server', server('datanode'), 'SIGKILL', ['load', 'refine']),
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

/** A process that is just being restarted is skipped. */
function sendSignal(kind: ChaosFault['kind'], find: Find, signal: NodeJS.Signals, duties: readonly Duty[]): ChaosFault {
  return {
    kind,
    seconds: 0,
    duties,
    begin: async (stage) => {
      return send(find(stage), signal) ? () => {} : noSuchProcess();
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
      if (pid === undefined || !sendTo(pid, 'SIGSTOP')) return noSuchProcess();
      // Only to this process: one that replaced it was never stopped.
      return () => void sendTo(pid, 'SIGCONT');
    },
  };
}

function noSuchProcess(): NotDone {
  return new NotDone('no such process at the moment');
}
