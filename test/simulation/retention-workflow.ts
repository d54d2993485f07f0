import { FactError } from '../../activities/errors.ts';
import { hasPeople, hasUnited } from '../../activities/yellow/day-manifest.ts';
import { addHours, dayOf } from '../../workflows/hour.ts';
import type { Hour } from '../../workflows/hour.ts';
import type { HourWorkflows } from './hour-workflows.ts';
import type { Lake } from './lake.ts';
import { MOST_LATE_BEFORE_REMOVAL_MS } from './producer.ts';
import type { RefinerProcess } from './refiner-process.ts';

/** Hours of red that are young: a message may still come that was sent in one of them. */
const KEEP_HOURS = MOST_LATE_BEFORE_REMOVAL_MS / 3_600_000 + 1;

/**
 * Temporal with the workflow that removes old red and unites days, in some schedules, and in some of these removes old yellow. It runs whenever another hour has become old, and so do
 * all hours whose workflows have ended.
 */
export class RetentionWorkflow {
  readonly #lake: Lake;
  readonly #hours: HourWorkflows;
  /** The process of the current activity, which may have died. */
  #attempt: { by: RefinerProcess } | undefined;
  #doneBefore: Hour = '';
  /** Whether it has run since there are no faults any more, as on the next day. */
  #isDoneAgain = false;

  constructor(lake: Lake, hours: HourWorkflows) {
    this.#lake = lake;
    this.#hours = hours;
  }

  act(): boolean {
    const { refiner } = this.#hours;
    if (!this.#lake.retention.isWanted || refiner.isDead || this.#hours.isOver) return false;
    if (this.#attempt?.by === refiner) return false;
    const before = this.#oldBefore();
    if (before === undefined || (before <= this.#doneBefore && this.#isDoneAgain)) return false;
    if (before <= this.#doneBefore && !this.#lake.stage.faults.areOver) return false;
    this.#leaveRefinement();
    this.#try(refiner, before);
    return true;
  }

  /** The day that has ended is united, if its red is gone, and nothing else is left of its hours. */
  check(): void {
    const { nameNode, red, yellow, stage } = this.#lake;
    for (const day of yellow.days.values()) {
      for (const { hour } of day.hours)
        if (nameNode.status(`/lake/yellow/chat/hour=${hour}`) !== undefined)
          stage.violated(`${hour} is united, and a directory of its own is left`);
      const files = nameNode.list(`/lake/yellow/chat/hour=${day.day}`);
      if (files.length > 1) stage.violated(`${day.day} has ${files.length} files of chat`);
      const isWhole = [...yellow.manifests.keys()].every((hour) => dayOf(hour) !== day.day || hasUnited(day, hour));
      const isOld = isWhole && this.#lake.retention.removesYellow && day.day < this.#doneBefore.slice(0, 10);
      if (isOld && hasPeople(day)) stage.violated(`chat of ${day.day} is old, and was not removed`);
      // A union that was replaced may leave an empty directory.
      if (isOld && files.length > 0) stage.violated(`chat of ${day.day} was removed, and a file is left`);
    }
    const yesterday = dayOf(this.#doneBefore === '' ? '1970-01-01T00' : addHours(this.#doneBefore, -24));
    const redHours = new Set([...red.tiles.values()].map(({ hour }) => hour));
    const ofDay = [...yellow.manifests.values()].filter(({ hour }) => dayOf(hour) === yesterday);
    const isGone = ofDay.every((it) => [it.hour, ...it.redHours].every((hour) => !redHours.has(hour)));
    const hasRows = ofDay.some(({ tables }) => Object.values(tables).some(({ rows }) => rows > 0));
    if (hasRows && isGone && !yellow.days.has(yesterday)) stage.violated(`${yesterday} was not united`);
  }

  /** All red before this hour is old. Undefined if no hour is. */
  #oldBefore(): Hour | undefined {
    const { workflows } = this.#hours;
    const unfinished = workflows.find(({ next }) => next !== 'nothing');
    const end = unfinished?.hour ?? workflows.at(-1)?.hour;
    return end === undefined ? undefined : addHours(end, -KEEP_HOURS);
  }

  /** A refinement has died, and a person has terminated its workflow. */
  #leaveRefinement(): void {
    const { nameNode, stage, yellow } = this.#lake;
    if (!stage.faults.areFor('union: refinement')) return;
    for (const hour of yellow.manifests.keys())
      nameNode.makeDirectories(`/lake/yellow/.refinements/${hour}-${crypto.randomUUID()}`);
  }

  #try(by: RefinerProcess, before: Hour): void {
    const { stage, retention } = this.#lake;
    const attempt = { by };
    this.#attempt = attempt;
    stage.trace.add(stage.scheduler.now, by.name, 'gets', `retention before ${before}`);
    const done = (): void => {
      if (this.#attempt === attempt) this.#attempt = undefined;
    };
    const succeeded = (): void => {
      if (this.#attempt === attempt) this.#doneBefore = before;
      if (this.#attempt === attempt && stage.faults.areOver) this.#isDoneAgain = true;
      if (this.#lake.yellow.days.size > 0) retention.isDone = true;
      done();
    };
    by.retain(before).then(succeeded, (error: unknown) => {
      stage.trace.add(stage.scheduler.now, 'Temporal', 'gets the failure', 'retention', String(error));
      if (error instanceof FactError && !error.retryable) stage.violated(`retention gave up: ${error.message}`);
      done();
    });
  }
}
