import { CRASH_POINTS } from './crash-points.ts';
import type { CrashPoint } from './crash-points.ts';

/** Looks after a lost answer, with the change that was not answered. */
export const lookedForAfter: Partial<Record<CrashPoint, CrashPoint>> = {
  'takeover: other epoch looked for': 'takeover: other epoch removed',
  'commit: place looked for': 'commit: directoryMade',
  'commit: name looked for': 'commit: named',
  'commit: upload looked for': 'commit: named',
  'gap: place looked for': 'gap: directoryMade',
  'gap: name looked for': 'gap: named',
  'gap: upload looked for': 'gap: named',
  'boundaries: upload looked for': 'boundaries: named',
  'compaction: directory looked for': 'compaction: directory removed',
  'compaction: upload looked for': 'compaction: named',
  'compaction: tile looked for': 'compaction: named',
  'erasure: upload looked for': 'erasure: replaced',
  'refinement: place of table looked for': 'refinement: place of table made',
  'refinement: upload looked for': 'refinement: table named',
  'refinement: place of manifest looked for': 'refinement: place of manifest made',
  'refinement: manifest looked for': 'refinement: manifest named',
  'retention: directory looked for': 'retention: directory removed',
  'retention: tile looked for': 'retention: tile removed',
  'union: refinement looked for': 'union: refinement fenced',
  'union: upload looked for': 'union: file placed',
  'union: place of file looked for': 'union: place of file made',
  'union: file looked for': 'union: file placed',
  'union: place of manifest looked for': 'union: place of manifest made',
  'union: manifest looked for': 'union: committed',
  'union: removed hour looked for': 'union: hour removed',
};

/** Steps that few schedules reach, the rarest several times. */
export const RARE_CRASH_POINTS: readonly CrashPoint[] = [
  ...CRASH_POINTS.filter((point) => point in lookedForAfter),
  'boundaries: superfluous upload removed',
  ...Array<CrashPoint>(8).fill('refinement: empty table removed'),
  ...Array<CrashPoint>(4).fill('union: refinement looked for'),
  ...Array<CrashPoint>(2).fill('union: refinement fenced'),
  ...Array<CrashPoint>(2).fill('union: old file removed'),
  ...Array<CrashPoint>(3).fill('waiting: gap read'),
  ...Array<CrashPoint>(3).fill('union: empty day removed'),
];
