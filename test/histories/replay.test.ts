import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import * as workflows from '../../workflows/index.ts';
import { tracedBundle, workflowBundle } from '../workflows/rig.ts';
import { historyFile, recordedTypes, releases, version } from './sets.ts';

describe('recorded histories', () => {
  it('exist for every workflow of this version', () => {
    const recorded = recordedTypes(version);
    assert.deepEqual(
      Object.keys(workflows).filter((type) => !recorded.includes(type)),
      [],
      'record them with `make histories`',
    );
  });

  for (const release of releases()) {
    for (const type of recordedTypes(release)) {
      it(`${type} of ${release} replays, with traces and without`, async () => {
        const history = historyFromJSON(JSON.parse(readFileSync(historyFile(release, type), 'utf8')));
        for (const bundle of [await workflowBundle(), await tracedBundle()])
          await Worker.runReplayHistory({ workflowBundle: bundle }, history, type);
      });
    }
  }
});
