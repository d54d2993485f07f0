import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RunDirectory } from '../../../activities/spill/run-directory.ts';
import { segmentFile } from '../../../activities/spill/runs.ts';
import type { SpillSegment } from '../../../activities/spill/segment.ts';
import { SpillTakeover } from '../../../activities/spill/takeover.ts';
import { temporaryDirectories } from '../../infra/local/temporary-directory.ts';
import { spillOwners } from './owners.ts';

describe('SpillTakeover, when it fails half-way', () => {
  const temporaryDirectory = temporaryDirectories();
  let root: string;
  let taken: SpillSegment[];
  let logged: string[];
  let own: RunDirectory;
  let takeover: SpillTakeover;

  beforeEach(() => {
    root = join(temporaryDirectory(), 'spill');
    taken = [];
    logged = [];
    const note = (message: string) => void logged.push(message);
    const log = { debug: note, info: note, warn: note, error: note };
    const owner = spillOwners().owner('c2');
    own = new RunDirectory({ root, run: 'c2', owner, now: Date.now, log });
    takeover = new SpillTakeover({ root, owner, own, taken: (it) => void taken.push(it), now: Date.now, log });
    // A run without an owner file: a dead one. The size of each segment is its number.
    mkdirSync(join(root, 'c1'), { recursive: true });
    for (const number of [1, 2, 3, 4]) writeFileSync(join(root, 'c1', segmentFile(number)), 'x'.repeat(number));
  });

  const takenBytes = () => taken.map(({ bytes }) => bytes);
  const failures = () => logged.filter((message) => message.includes('could not be taken over')).length;

  it('takes the rest at the next look, each segment once and in order, and says the failure once', () => {
    // Two of the places to which segments are moved are not free.
    for (const number of [2, 4]) mkdirSync(join(own.ensure(), segmentFile(number)));
    takeover.look();
    assert.deepEqual(takenBytes(), [1]);
    takeover.look();
    assert.deepEqual(takenBytes(), [1, 2]);
    takeover.look();
    takeover.look();
    assert.deepEqual(takenBytes(), [1, 2, 3, 4]);
    assert.ok(taken.every(({ path }) => existsSync(path)));
    assert.equal(failures(), 1);
    assert.equal(new Set(taken.map(({ path }) => path)).size, 4);
    assert.deepEqual(readdirSync(root), ['c2']);
    assert.ok(!existsSync(join(root, 'c2', 'from-c1')));
  });

  it('leaves the rest to the next run where this one ends before', () => {
    mkdirSync(join(own.ensure(), segmentFile(2)));
    takeover.look();
    for (const { path } of taken) rmSync(path);
    own.removeIfEmpty();
    assert.deepEqual(readdirSync(join(root, 'c2', 'from-c1')), [2, 3, 4].map(segmentFile));
  });
});
