import assert from 'node:assert/strict';
import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SpillMessages } from '../../../activities/spill/messages.ts';
import { readSegment, writeSegment } from '../../../activities/spill/segment.ts';
import { temporaryDirectories } from '../../infra/local/temporary-directory.ts';
import { waitFor } from '../../integration/wait-for.ts';
import { line } from '../kafka/broker-double.ts';

describe('readSegment()', () => {
  const temporaryDirectory = temporaryDirectories();

  it('tries again until the disk gives the lines', async () => {
    const path = join(temporaryDirectory(), '00000001.segment');
    const logged: string[] = [];
    const note = (message: string) => void logged.push(message);
    mkdirSync(path);
    const segment = { path, bytes: 0, lines: undefined, messages: new SpillMessages(), damaged: false };
    const read = readSegment(segment, { debug: note, info: note, warn: note, error: note });
    await waitFor('two failures', () => logged.length > 1);
    rmdirSync(path);
    writeSegment(path, [line('1', 1), line('1', 2)], { run: 'c1' });
    assert.equal((await read).length, 2);
    assert.ok(logged.every((message) => message === 'lines on disk cannot be read; trying again'));
    assert.ok(!segment.damaged && statSync(path).size > 0);
  });
});
