import { Faults } from './faults.ts';
import type { Suffering } from './faults.ts';
import { KafkaLog } from './kafka-log.ts';
import { NameNode } from './name-node.ts';
import type { Stage } from './process.ts';
import { Random } from './random.ts';
import { RedWatch } from './red-watch.ts';
import { Scheduler } from './scheduler.ts';
import { Trace } from './trace.ts';
import { YellowWatch } from './yellow-watch.ts';

/** The parts of a schedule that outlive its processes: Kafka, HDFS, the time and the watches. */
export interface Lake {
  stage: Stage;
  logs: KafkaLog[];
  nameNode: NameNode;
  red: RedWatch;
  yellow: YellowWatch;
  /** The time of day, which moves on with new records. */
  clock: { nowMs: number };
  /** Whether the user is entered in the list of those who must be forgotten. */
  forgetting: { isEntered: boolean };
  /** Whether old red is removed and days are united, also old yellow, and whether days were united once. */
  retention: { isWanted: boolean; removesYellow: boolean; isDone: boolean };
  /** Each compaction has its own limit, so two may group tiles differently, and the last one may not unite all. */
  cutsDifferently: boolean;
  /** Whether an hour that waits is searched for files that are missing for good, as with HOURS_WITH_GAPS=publish. */
  looksForGaps: boolean;
}

/** The report of a schedule. */
export interface Findings {
  /** The first violation; undefined if there is none. */
  violation: string | undefined;
  sufferings: Suffering[];
}

/** The first hours, which retention removes, are the end of a day. */
const startMs = Date.parse('2026-11-25T23:10:00Z');

/** An empty lake that depends only on the seed. */
export function createLake(seed: number, findings: Findings): Lake {
  const random = new Random(seed);
  const violated = (what: string): void => void (findings.violation ??= what);
  const logs = Array.from({ length: random.between(1, 2) }, (_, partition) => new KafkaLog(partition));
  const forgetting = { isEntered: false };
  const retention = { isWanted: false, removesYellow: false, isDone: false };
  const red: RedWatch = new RedWatch(logs, forgetting, (tile) => yellow.hasTaken(tile), violated);
  const yellow: YellowWatch = new YellowWatch(
    { red, forgetting, retention },
    (path) => nameNode.contentOf(path),
    violated,
  );
  const nameNode = new NameNode({
    named: (...change) => {
      red.named(...change);
      yellow.named(...change);
    },
    removed: (path) => {
      red.removed(path);
      yellow.removed(path);
    },
  });
  const faults = new Faults(random, seed);
  const stage: Stage = {
    random,
    scheduler: new Scheduler(random),
    trace: new Trace(),
    faults,
    suffered: (suffering) => void findings.sufferings.push(suffering),
    violated,
  };
  const cutsDifferently = random.chance(0.3);
  const isWanted = random.chance(0.05) || ['retention', 'union', 'removal'].some((kind) => faults.areFor(kind));
  Object.assign(retention, { isWanted, removesYellow: isWanted && (seed % 3 === 0 || faults.areFor('removal')) });
  // Not by chance: other schedules stay as they are.
  const looksForGaps = seed % 7 === 1 || faults.areFor('waiting: gap');
  const clock = { nowMs: startMs };
  return { stage, logs, nameNode, red, yellow, clock, forgetting, retention, cutsDifferently, looksForGaps };
}
