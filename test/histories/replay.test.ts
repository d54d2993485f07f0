import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import * as workflows from '../../workflows/index.ts';
import { workflowBundle } from '../workflows/rig.ts';

const directory = import.meta.dirname;
const files = readdirSync(directory).filter((name) => name.endsWith('.json'));

describe('recorded histories', () => {
  it('are there for every workflow', () => {
    const recorded = new Set(files.map((name) => name.split('.')[0]));
    assert.deepEqual(
      Object.keys(workflows).filter((type) => !recorded.has(type)),
      [],
    );
  });

  for (const file of files) {
    it(`${file} replays`, async () => {
      const history = historyFromJSON(JSON.parse(readFileSync(join(directory, file), 'utf8')));
      const bundle = await workflowBundle();
      await Worker.runReplayHistory({ workflowBundle: bundle }, history, file.split('.')[0]);
    });
  }
});
