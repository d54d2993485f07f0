/** The directory of the simulated installation in HDFS. */
export const ROOT = '/lake';

/** The operations on HDFS. An upload is `begun` and then `uploaded`. */
export type Operation = 'made' | 'begun' | 'uploaded' | 'renamed' | 'removed' | 'listed' | 'read' | 'looked for';
/** What the calling process is doing. */
export type Activity =
  'load' | 'boundaries' | 'waiting' | 'compaction' | 'erasure' | 'refinement' | 'retention' | 'union';

/**
 * The core's calls to HDFS, by activity, operation and the content of the path. Each is a step of a state machine, named by the
 * fact that is true after it. After a crash `before` the step, the fact is not true yet.
 */
const hdfsSteps = {
  'load: epoch made': 'takeover: epoch made',
  'load: epochs listed': 'takeover: epochs listed',
  'load: epoch removed': 'takeover: other epoch removed',
  'load: epoch looked for': 'takeover: other epoch looked for',
  'load: gaps listed': 'takeover: gaps listed',
  'load: table listed': 'takeover: hours listed',
  'load: hour listed': 'takeover: tiles listed',
  'load: tile upload begun': 'commit: upload begun',
  'load: tile upload uploaded': 'commit: uploaded',
  'load: hour made': 'commit: directoryMade',
  'load: hour looked for': 'commit: place looked for',
  'load: tile renamed': 'commit: named',
  'load: tile looked for': 'commit: name looked for',
  'load: tile upload looked for': 'commit: upload looked for',
  'load: gap upload begun': 'gap: upload begun',
  'load: gap upload uploaded': 'gap: uploaded',
  'load: gaps made': 'gap: directoryMade',
  'load: gaps looked for': 'gap: place looked for',
  'load: gap renamed': 'gap: named',
  'load: gap looked for': 'gap: name looked for',
  'load: gap upload looked for': 'gap: upload looked for',
  'boundaries: boundaries looked for': 'boundaries: looked for',
  'boundaries: boundaries upload begun': 'boundaries: upload begun',
  'boundaries: boundaries upload uploaded': 'boundaries: uploaded',
  'boundaries: boundaries renamed': 'boundaries: named',
  'boundaries: boundaries upload looked for': 'boundaries: upload looked for',
  'boundaries: boundaries upload removed': 'boundaries: superfluous upload removed',
  'waiting: boundaries read': 'waiting: boundaries read',
  'waiting: hour listed': 'waiting: tiles listed',
  'waiting: gaps listed': 'waiting: gaps listed',
  'waiting: gap read': 'waiting: gap read',
  'waiting: table listed': 'waiting: hours listed',
  'compaction: compaction made': 'compaction: own directory made',
  'compaction: compactions listed': 'compaction: others listed',
  'compaction: compaction removed': 'compaction: directory removed',
  'compaction: compaction looked for': 'compaction: directory looked for',
  'compaction: hour listed': 'compaction: tiles listed',
  'compaction: tile read': 'compaction: part downloaded',
  'compaction: union begun': 'compaction: upload begun',
  'compaction: union uploaded': 'compaction: uploaded',
  'compaction: union read': 'compaction: upload downloaded',
  'compaction: tile renamed': 'compaction: named',
  'compaction: union looked for': 'compaction: upload looked for',
  'compaction: tile looked for': 'compaction: tile looked for',
  'compaction: tile removed': 'compaction: part removed',
  'erasure: hour listed': 'erasure: tiles listed',
  'erasure: compaction made': 'erasure: own directory made',
  'erasure: compactions listed': 'erasure: others listed',
  'erasure: compaction removed': 'erasure: directory removed',
  'erasure: compaction looked for': 'erasure: directory looked for',
  'erasure: tile read': 'erasure: tile downloaded',
  'erasure: union begun': 'erasure: upload begun',
  'erasure: union uploaded': 'erasure: uploaded',
  'erasure: union read': 'erasure: upload downloaded',
  'erasure: tile renamed': 'erasure: replaced',
  'erasure: union looked for': 'erasure: upload looked for',
  // The same code as that of a compaction, which schedules reach far more often.
  'erasure: tile looked for': 'compaction: tile looked for',
  'erasure: tile removed': 'compaction: part removed',
  'refinement: hour listed': 'refinement: tiles listed',
  'refinement: tile read': 'refinement: tile downloaded',
  'refinement: manifest read': 'refinement: manifest read',
  'refinement: polls listed': 'refinement: polls listed',
  'refinement: refinement made': 'refinement: own directory made',
  'refinement: refinements listed': 'refinement: others listed',
  'refinement: refinement removed': 'refinement: directory removed',
  'refinement: refinement looked for': 'refinement: directory looked for',
  'refinement: yellow table looked for': 'refinement: table looked for',
  'refinement: yellow upload renamed': 'refinement: empty table removed',
  'refinement: yellow hour made': 'refinement: place of table made',
  'refinement: yellow hour looked for': 'refinement: place of table looked for',
  'refinement: yellow upload begun': 'refinement: upload begun',
  'refinement: yellow upload uploaded': 'refinement: uploaded',
  'refinement: yellow upload looked for': 'refinement: upload looked for',
  'refinement: yellow table renamed': 'refinement: table named',
  'refinement: manifests made': 'refinement: place of manifest made',
  'refinement: manifests looked for': 'refinement: place of manifest looked for',
  'refinement: manifest renamed': 'refinement: manifest named',
  'refinement: manifest looked for': 'refinement: manifest looked for',
  'refinement: yellow table read': 'union: hour downloaded',
  'refinement: yellow hour removed': 'union: hour removed',
  'retention: table listed': 'retention: hours listed',
  'retention: hour listed': 'retention: tiles listed',
  'retention: polls listed': 'retention: polls listed',
  'retention: compaction made': 'retention: own directory made',
  'retention: compactions listed': 'retention: others listed',
  'retention: compaction removed': 'retention: directory removed',
  'retention: compaction looked for': 'retention: directory looked for',
  'retention: manifest read': 'retention: manifest read',
  'retention: tile read': 'retention: tile downloaded',
  'retention: removal begun': 'retention: removal begun',
  'retention: removal uploaded': 'retention: removal recorded',
  'retention: tile removed': 'retention: tile removed',
  'retention: tile looked for': 'retention: tile looked for',
  'retention: hour removed': 'retention: empty hour removed',
  'retention: polls removed': 'retention: empty day of polls removed',
  'union: yellow hours listed': 'union: hours listed',
  'union: day runs listed': 'union: others listed',
  'union: day run made': 'union: own directory made',
  'union: day run removed': 'union: directory removed',
  'union: day run looked for': 'union: directory looked for',
  'union: day manifest read': 'union: manifest of the day read',
  'union: table listed': 'union: hours of red listed',
  'union: manifest read': 'union: manifest of an hour read',
  'union: polls listed': 'union: polls listed',
  'union: refinements listed': 'union: refinements listed',
  'union: refinement removed': 'union: refinement fenced',
  'union: refinement looked for': 'union: refinement looked for',
  'union: yellow table looked for': 'union: hour looked for',
  'union: yellow table read': 'union: hour downloaded',
  'union: day file read': 'union: day downloaded',
  'union: day upload begun': 'union: upload begun',
  'union: day upload uploaded': 'union: uploaded',
  'union: day upload read': 'union: upload downloaded',
  'union: day upload looked for': 'union: upload looked for',
  'union: yellow day listed': 'union: files of the day listed',
  'union: yellow day made': 'union: place of file made',
  'union: yellow day looked for': 'union: place of file looked for',
  'union: day file renamed': 'union: file placed',
  'union: day file looked for': 'union: file looked for',
  'union: days made': 'union: place of manifest made',
  'union: days looked for': 'union: place of manifest looked for',
  'union: day manifest renamed': 'union: committed',
  'union: day manifest looked for': 'union: manifest looked for',
  'union: yellow hour removed': 'union: hour removed',
  'union: yellow hour looked for': 'union: removed hour looked for',
  'union: day file removed': 'union: old file removed',
  'union: days listed': 'removal: days listed',
  'union: yellow day removed': 'union: empty day removed',
} as const;

/** Steps on the local disk and questions to Kafka. */
const OTHER_STEPS = [
  'takeover: log asked',
  'takeover: log asked by time',
  'commit: spool written',
  'commit: file measured',
  'commit: file removed',
  'gap: log asked',
  'boundaries: log asked by time',
  'compaction: scratch made',
  'compaction: union written',
  'compaction: union measured',
  'compaction: part compared',
  'compaction: file removed',
  'erasure: scratch made',
  'erasure: copy written',
  'erasure: copy compared',
  'erasure: file removed',
  'refinement: scratch made',
  'refinement: piece written',
  'refinement: tables written',
  'refinement: scratch removed',
  'union: scratch made',
  'union: scratch removed',
  'union: hours measured',
  'union: file written',
  'union: hour written',
  'union: hour redacted',
] as const;

type HdfsStep = keyof typeof hdfsSteps;
export type CrashPoint = (typeof hdfsSteps)[HdfsStep] | (typeof OTHER_STEPS)[number];

/** All steps before or after which a process can crash. */
export const CRASH_POINTS: readonly CrashPoint[] = [...new Set([...Object.values(hdfsSteps), ...OTHER_STEPS])];

/** The step of a call to HDFS; undefined if the list does not have it. */
export function pointOf(activity: Activity, operation: Operation, path: string): CrashPoint | undefined {
  const role = roleOf(path);
  // An erasure of yellow also works on days.
  const step = `${isOfDay(role) ? 'union' : activity}: ${role} ${operation}`;
  return isHdfsStep(step) ? hdfsSteps[step] : undefined;
}

const isOfDay = (role: string): boolean => /^(yellow )?days?\b/.test(role) || role === 'yellow hours';

function isHdfsStep(step: string): step is HdfsStep {
  return step in hdfsSteps;
}

const uploads: Record<string, string> = { parquet: 'tile upload', json: 'gap upload' };

/** The kind of content of a path below the root. */
function roleOf(path: string): string {
  const [area, table = '', group = '', ...more] = path.slice(ROOT.length + 1).split('/');
  if (area === 'yellow') return roleInYellow(table, group, more.length);
  if (table === '.epochs')
    return ['epochs', 'epoch', uploads[path.slice(path.lastIndexOf('.') + 1)]][more.length - 1] ?? '';
  if (table === '.compaction') return group === '' ? 'compactions' : more.length === 0 ? 'compaction' : 'union';
  if (table === 'boundaries') return group.endsWith('.tmp') ? 'boundaries upload' : 'boundaries';
  if (table === 'streams') return 'polls';
  if (table === 'removed') return 'removal';
  if (group === '') return 'table';
  if (group === 'gaps') return more.length === 0 ? 'gaps' : 'gap';
  return more.length === 0 ? 'hour' : 'tile';
}

function roleInYellow(table: string, group: string, deeper: number): string {
  if (table === '.refinements') return group === '' ? 'refinements' : deeper === 0 ? 'refinement' : 'yellow upload';
  if (table === '.days') return group === '' ? 'day runs' : deeper === 0 ? 'day run' : 'day upload';
  if (table === 'manifests') return group === '' ? 'manifests' : 'manifest';
  if (table === 'days') return group === '' ? 'days' : 'day manifest';
  if (group === '') return 'yellow hours';
  if (!group.includes('T')) return deeper === 0 ? 'yellow day' : 'day file';
  return deeper === 0 ? 'yellow hour' : 'yellow table';
}
