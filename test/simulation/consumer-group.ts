import type { LoaderProcess } from './loader-process.ts';
import type { Stage } from './process.ts';

/** How long an expelled member may continue without knowing, in turns. */
const MOST_IGNORANCE = 80;

/**
 * Kafka's group coordinator. It knows only what members send: a frozen member is expelled, and its partitions are
 * assigned to others. It may wake up and continue for a while as if it still owned them.
 */
export class ConsumerGroup {
  readonly #stage: Stage;
  readonly #partitions: number[];
  readonly #loaders: () => LoaderProcess[];
  #members: LoaderProcess[] = [];
  #generation = 0;

  constructor(stage: Stage, partitions: number[], loaders: () => LoaderProcess[]) {
    this.#stage = stage;
    this.#partitions = partitions;
    this.#loaders = loaders;
  }

  act(): boolean {
    const { random, faults } = this.#stage;
    const silent = this.#members.find((member) => member.isDead || (member.isFrozen && random.chance(0.2)));
    if (silent !== undefined) return this.#expel(silent);
    const joining = this.#loaders().find((loader) => this.#canJoin(loader));
    if (joining !== undefined) return this.#comeTogether([...this.#members, joining]);
    if (!faults.areOver && random.chance(0.01)) return this.#comeTogether(this.#members);
    return this.#heartbeat();
  }

  #canJoin(loader: LoaderProcess): boolean {
    const { now } = this.#stage.scheduler;
    return !this.#members.includes(loader) && !loader.isDead && !loader.isFrozen && loader.joinsAt <= now;
  }

  #expel(member: LoaderProcess): boolean {
    member.joinsAt = member.thawsAt + this.#stage.random.between(0, MOST_IGNORANCE);
    return this.#comeTogether(this.#members.filter((other) => other !== member));
  }

  /** Members learn their partitions at different times. */
  #comeTogether(members: LoaderProcess[]): boolean {
    const { random, scheduler, trace } = this.#stage;
    this.#members = members;
    const generation = ++this.#generation;
    const owners = this.#partitions.map(() => (members.length === 0 ? undefined : random.pick(members)));
    for (const member of members) {
      const own = this.#partitions.filter((_, index) => owners[index] === member);
      const assign = () => {
        if (generation !== this.#generation) return;
        trace.add(scheduler.now, member.name, 'is assigned', own.map((partition) => `p${partition}`).join(' '));
        member.assign(generation, own);
      };
      scheduler.post(assign, member);
    }
    return true;
  }

  #heartbeat(): boolean {
    const waiting = this.#members.filter(
      (member) => member.generation === this.#generation && !member.isFrozen && member.waitsForHeartbeat,
    );
    if (waiting.length === 0) return false;
    const member = this.#stage.random.pick(waiting);
    this.#stage.trace.add(this.#stage.scheduler.now, member.name, 'is confirmed');
    member.confirm();
    return true;
  }
}
