import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastingLimit } from '../../../activities/irc/lasting-limit.ts';
import { RateLimit } from '../../../activities/irc/rate-limit.ts';
import { JoinQueue } from '../../../activities/irc/join-queue.ts';
import { pauseBefore } from '../../../activities/irc/pause.ts';
import { temporaryDirectories } from '../../infra/local/temporary-directory.ts';
import { waitFor } from '../../integration/wait-for.ts';

describe('lastingLimit(file, options)', () => {
  const directory = temporaryDirectories();
  const limitOf = (file: string, now: () => number) => lastingLimit(file, { count: 3, windowMs: 11_000, now });

  it('counts what the last process took, however it ended', () => {
    const file = join(directory(), 'pace', 'a', 'joins.json');
    const first = limitOf(file, () => 1_000);
    assert.deepEqual([first.take(), first.take()], [true, true]);
    const second = limitOf(file, () => 4_000);
    assert.deepEqual([second.take(), second.take()], [true, false]);
    const waitMs = second.waitMs();
    assert.ok(waitMs > 7_000 && waitMs <= 8_000, String(waitMs));
    assert.ok(limitOf(file, () => 15_001).take(), 'only as long as Twitch counts it');
  });

  it('waits no longer than a window if the clock was set back', () => {
    const file = join(directory(), 'joins.json');
    for (let n = 0; n < 3; n += 1) limitOf(file, () => 9_000_000).take();
    const later = limitOf(file, () => 1_000);
    assert.equal(later.take(), false);
    assert.ok(later.waitMs() <= 11_000);
  });

  it('starts anew without a file, and with one that cannot be read or written', () => {
    for (const content of ['', '{', '7', '[null, "x", {}]']) {
      const file = join(directory(), `${randomUUID()}.json`);
      writeFileSync(file, content);
      assert.ok(limitOf(file, Date.now).take(), content);
    }
    const noDirectory = join(directory(), 'file');
    writeFileSync(noDirectory, '');
    assert.ok(limitOf(join(noDirectory, 'joins.json'), Date.now).take());
  });
});

describe('RateLimit.take()', () => {
  it('never allows more than the count in any window', () => {
    let nowMs = 0;
    const limit = new RateLimit({ count: 20, windowMs: 10_000, now: () => nowMs });
    const takenAtMs: number[] = [];
    while (takenAtMs.length < 500) {
      if (limit.take()) takenAtMs.push(nowMs);
      nowMs += Math.floor(Math.random() * 400);
    }
    for (const [index, atMs] of takenAtMs.entries()) {
      const twentyOn = takenAtMs[index + 20];
      if (twentyOn !== undefined) assert.ok(twentyOn - atMs >= 10_000);
    }
  });

  it('returns how long to wait', () => {
    let nowMs = 5_000;
    const limit = new RateLimit({ count: 2, windowMs: 10_000, now: () => nowMs });
    assert.deepEqual([limit.take(), limit.waitMs()], [true, 0]);
    nowMs = 7_000;
    assert.deepEqual([limit.take(), limit.waitMs(), limit.take()], [true, 8_000, false]);
    nowMs = 15_000;
    assert.deepEqual([limit.take(), limit.waitMs()], [true, 2_000]);
  });

  it('does not wait longer when the wall clock is set back', () => {
    const { now } = Date;
    const limit = new RateLimit({ count: 1, windowMs: 10_000 });
    limit.take();
    Date.now = () => now() - 3_600_000;
    try {
      assert.ok(limit.waitMs() <= 10_000);
    } finally {
      Date.now = now;
    }
  });
});

describe('JoinQueue.add(join)', () => {
  it('sends in order within the limit, and drops JOINs that are no longer wanted', async () => {
    const sent: number[] = [];
    const queue = new JoinQueue(new RateLimit({ count: 2, windowMs: 50 }));
    for (let n = 0; n < 7; n += 1) queue.add({ wantsJoin: n !== 1, sendJoin: () => sent.push(n) }, 0);
    assert.deepEqual(sent, [0, 2]);
    await waitFor('all', () => sent.length === 6);
    assert.deepEqual(sent, [0, 2, 3, 4, 5, 6]);
    queue.stop();
  });

  it('sends the JOINs of unstable connections after those of others', async () => {
    const sent: string[] = [];
    const queue = new JoinQueue(new RateLimit({ count: 1, windowMs: 20 }));
    const add = (room: string, attempt: number): void =>
      queue.add({ wantsJoin: true, sendJoin: () => sent.push(room) }, attempt);
    for (const room of ['a1', 'a2', 'a3']) add(room, 3);
    for (const room of ['b1', 'b2']) add(room, 0);
    await waitFor('all', () => sent.length === 5);
    assert.deepEqual(sent, ['a1', 'b1', 'b2', 'a2', 'a3']);
    queue.stop();
  });
});

describe('pauseBefore(attempt, options)', () => {
  it('is 0 at first, then doubles up to the maximum, randomly reduced by up to half', () => {
    const options = { firstMs: 1_000, maxMs: 30_000 };
    const most = [0, 1, 2, 3, 6, 7, 60].map((attempt) => pauseBefore(attempt, options, () => 1));
    assert.deepEqual(most, [0, 1_000, 2_000, 4_000, 30_000, 30_000, 30_000]);
    assert.equal(
      pauseBefore(1, options, () => 0),
      500,
    );
  });
});
