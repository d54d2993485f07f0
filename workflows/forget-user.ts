import {
  continueAsNew,
  defineQuery,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { ForgetActivities } from '../activities/forget/index.ts';
import { checkedUserId } from './checked-input.ts';
import { dayOf } from './hour.ts';
import type { Day } from './hour.ts';
import { publishReportsOf } from './publish-reports-of.ts';
import { TASK_QUEUES } from './task-queues.ts';

export interface ForgetUserInput {
  userId: string;
  /** From the previous run after a continue-as-new. */
  progress?: ForgetProgress;
}

export interface ForgetProgress {
  /** The last finished step. */
  step:
    | 'started'
    | 'entered'
    | 'redErased'
    | 'yellowErased'
    | 'copiesDropped'
    | 'reportsPublished'
    | 'spillsSent'
    | 'proven';
  /** The last day that the next step has finished; '' before the first. */
  day: Day;
  /** Number of days that have chat. */
  days: number;
  /** How often all steps were begun. */
  round: number;
  /** Files of red that were rewritten, and lines that were redacted in them. */
  filesRewritten: number;
  linesRedacted: number;
  /** Logins that red has shown since the days were begun: earlier days may mention them. */
  newLogins: number;
  hoursWritten: number;
  /** Days whose report must be published again. */
  changedDays: Day[];
  /** Files that the proof has read, and up to twenty of those that still tell of the user. */
  filesRead: number;
  traces: string[];
  /** Pages that show a login of the user, as a channel or in the title of a stream: these stay. At most ten. */
  pages: string[];
  /** Collectors that still had lines on disk after an hour of waiting, or may have had. */
  spills: string[];
  /** When Kafka has deleted all lines of before, at the latest; null if it keeps them for ever. */
  kafkaUntil: string | null;
}

export const forgetProgress = defineQuery<ForgetProgress>('progress');

/** A login may be learnt late, and a loader may have stored a line meanwhile: then all steps are repeated. */
const MOST_ROUNDS = 5;
const MOST_LISTED = 20;

const SHORT = {
  startToCloseTimeout: '5 minutes',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
} as const;
const LONG = { startToCloseTimeout: '1 day', heartbeatTimeout: '15 seconds', retry: SHORT.retry } as const;
/** As a backfill: the open hour goes first. */
const priority = { priorityKey: 4 };

const { beginForgetting } = proxyActivities<ForgetActivities>({ ...SHORT, taskQueue: TASK_QUEUES.refine, priority });
/** They share the slot of compactions, which rewrite the same files. */
const { eraseRedDay, findYellowHours, proveDay } = proxyActivities<ForgetActivities>({
  ...LONG,
  taskQueue: TASK_QUEUES.compact,
  priority,
});
/** Short looks, beside those at red. */
const { findSpills } = proxyActivities<ForgetActivities>({ ...SHORT, taskQueue: TASK_QUEUES.red, priority });
const { waitForSpills } = proxyActivities<ForgetActivities>({
  ...SHORT,
  taskQueue: TASK_QUEUES.red,
  scheduleToCloseTimeout: '1 hour',
  priority,
});
/** They share the slot of refinements. */
const { eraseYellowHour, dropCopies, findPages } = proxyActivities<ForgetActivities>({
  ...LONG,
  taskQueue: TASK_QUEUES.refine,
  priority,
});

/**
 * Erases one user from red, yellow and the reports, and proves it:
 *
 * - *entered*: `config/opt-out` has the user. From now on loaders store no line of theirs, and refinements leave them out.
 * - *redErased*: day by day, tiles with traces are replaced by redacted copies. Logins found there are entered, too. If a day has shown a new
 *   login, the days are repeated, because earlier ones may mention it.
 * - *yellowErased*: hours that tell of the user are made again from red. If their red is gone, their tables are redacted.
 * - *copiesDropped*: copies on the disk of the refiner, and files of interrupted work, are gone.
 * - *reportsPublished*: the reports of the changed days are published again.
 * - *spillsSent*: no collector has lines on disk any more. Loaders have redacted what came from there. After an hour the answer names the
 *   collectors instead.
 * - *proven*: all chat in red and yellow was read again. If something is left, all steps are repeated.
 *
 * All steps are idempotent, so a failed or cancelled run can be started again. The history has the user's id and no login, no text and no
 * path of a file but those that the proof still finds.
 */
export async function forgetUser(input: ForgetUserInput): Promise<ForgetProgress> {
  const userId = checkedUserId(input);
  const progress: ForgetProgress = input.progress ?? newProgress();
  setHandler(forgetProgress, () => progress, { description: 'What has been erased so far' });

  const { days, kafkaUntil } = await beginForgetting({ userId });
  progress.days = days.length;
  progress.kafkaUntil = input.progress?.kafkaUntil ?? kafkaUntil;
  if (progress.step === 'started') progress.step = 'entered';

  const eachDay = async (work: (day: Day) => Promise<void>): Promise<void> => {
    for (const day of days.filter((it) => it > progress.day)) {
      await work(day);
      progress.day = day;
      if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof forgetUser>({ userId, progress });
    }
    progress.day = '';
  };

  for (;;) {
    switch (progress.step) {
      case 'entered':
        await eachDay((day) => eraseRed(progress, userId, day));
        if (progress.newLogins === 0) progress.step = 'redErased';
        progress.newLogins = 0;
        break;
      case 'redErased':
        await eachDay((day) => eraseYellow(progress, userId, day));
        progress.step = 'yellowErased';
        break;
      case 'yellowErased':
        await dropCopies();
        progress.step = 'copiesDropped';
        break;
      case 'copiesDropped':
        await publishReportsOf(progress.changedDays);
        Object.assign(progress, { step: 'reportsPublished', changedDays: [], filesRead: 0, traces: [] });
        break;
      case 'reportsPublished':
        progress.spills = await spillsAfterWaiting();
        progress.step = 'spillsSent';
        break;
      case 'spillsSent':
        await eachDay((day) => prove(progress, userId, day));
        progress.pages = await findPages({ userId });
        progress.step = 'proven';
        break;
      case 'proven':
        if (progress.traces.length === 0 || progress.round === MOST_ROUNDS) {
          setCurrentDetails(describe(progress));
          return progress;
        }
        progress.round++;
        progress.step = 'entered';
    }
  }
}

function newProgress(): ForgetProgress {
  return {
    step: 'started',
    day: '',
    days: 0,
    round: 1,
    filesRewritten: 0,
    linesRedacted: 0,
    newLogins: 0,
    hoursWritten: 0,
    changedDays: [],
    filesRead: 0,
    traces: [],
    pages: [],
    spills: [],
    kafkaUntil: null,
  };
}

async function eraseRed(progress: ForgetProgress, userId: string, day: Day): Promise<void> {
  const erased = await eraseRedDay({ userId, day });
  progress.filesRewritten += erased.rewritten;
  progress.linesRedacted += erased.lines;
  progress.newLogins += erased.newLogins;
}

async function eraseYellow(progress: ForgetProgress, userId: string, day: Day): Promise<void> {
  for (const hour of await findYellowHours({ userId, day })) {
    const outcome = await eraseYellowHour({ hour });
    if (outcome !== 'unchanged') progress.hoursWritten++;
    const { changedDays } = progress;
    if (!changedDays.includes(dayOf(hour))) changedDays.push(dayOf(hour));
  }
}

/** @returns the collectors that still have lines on disk */
async function spillsAfterWaiting(): Promise<string[]> {
  try {
    await waitForSpills();
    return [];
  } catch (error) {
    if (isCancellation(error)) throw error;
    return await findSpills();
  }
}

async function prove(progress: ForgetProgress, userId: string, day: Day): Promise<void> {
  const { files, traces } = await proveDay({ userId, day });
  progress.filesRead += files;
  progress.traces = [...progress.traces, ...traces].slice(0, MOST_LISTED);
}

function describe({ filesRewritten, linesRedacted, hoursWritten, filesRead, traces, spills }: ForgetProgress): string {
  const erased = `${linesRedacted} lines in ${filesRewritten} files redacted, ${hoursWritten} hours made again.`;
  const proof = traces.length === 0 ? `Nothing is left in ${filesRead} files.` : `Left: ${traces.join(', ')}.`;
  return [erased, proof, ...(spills.length === 0 ? [] : [`Lines on disk: ${spills.join(', ')}.`])].join(' ');
}
