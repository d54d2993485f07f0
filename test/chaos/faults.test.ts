import assert from 'node:assert/strict';
import { startTwitchSimulator } from '../../infra/twitch-simulator/index.ts';
import { Random } from '../../infra/twitch-simulator/random.ts';
import { temporaryDirectory } from '../integration/red-tiles.ts';
import { faults } from './faults.ts';
import { NotDone } from './not-done.ts';
import { SentLines } from './sent-lines.ts';
import type { Stage } from './stage.ts';

/** The reason why the fault does not happen on a stage with only these parts. */
async function whyNot(name: string, stage: Partial<Stage>): Promise<string | undefined> {
  const begun = await faults[name]?.begin(stage as Stage, new Random('1'));
  return begun instanceof NotDone ? begun.why : undefined;
}

describe('ChaosFault.begin(stage, random)', () => {
  it('reports that there was no process to kill or freeze', async () => {
    const nowhere = { directory: '/nowhere', dataDirectory: '/nowhere' };
    for (const name of ['kill-loader', 'kill-kafka', 'freeze-collector-b', 'freeze-datanode']) {
      assert.equal(await whyNot(name, nowhere), 'no such process at the moment', name);
    }
  });

  it('reports that no disk can be filled or made read-only without root', async () => {
    for (const name of ['disk-full', 'disk-read-only']) {
      assert.match((await whyNot(name, { scratchDisk: undefined })) ?? '', /only root/, name);
    }
  });

  it('reports that there is no parameter file to corrupt', async () => {
    const { path, remove } = await temporaryDirectory('parameters');
    assert.match((await whyNot('parameters-garbled', { parameterDirectory: path })) ?? '', /no files/);
    await remove();
  });

  it('reports that there was no connection or no active channel', async () => {
    const simulator = await startTwitchSimulator({ seed: 1, channels: 1 });
    const nobody = { simulator, sent: new SentLines() };
    try {
      for (const name of ['reconnect', 'connections-reset', 'stall']) {
        assert.equal(await whyNot(name, nobody), 'no connection was open', name);
      }
      assert.equal(await whyNot('odd-lines', nobody), 'nobody spoke');
      assert.equal(await whyNot('token-revoked', nobody), undefined);
      assert.equal(await whyNot('helix-500', nobody), undefined);
    } finally {
      await simulator.stop();
    }
  });

  it('measures the recovery from a lasting fault from its end: RECONNECT leaves old connections open for a while', () => {
    assert.equal(faults['reconnect']?.seconds, 10);
  });
});
