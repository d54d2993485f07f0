import assert from 'node:assert/strict';
import { tracedBundle, workflowBundle } from './rig.ts';

describe('the bundle of workflows/index.ts', () => {
  it('has no code of the activities or their libraries', async () => {
    const { code } = await workflowBundle();
    const modules = [...code.matchAll(/^ {2}!\*\*\* (\S+)/gm)].map(([, path]) => path ?? '');
    assert.ok(
      modules.some((path) => path.includes('workflows/channel-chat.ts')),
      'the test finds modules at all',
    );
    assert.deepEqual(
      modules.filter((path) => /\/activities\/|\/workers\/|kafkajs|webhdfs|node_modules\/got\//.test(path)),
      [],
    );
  });

  it('has nothing of OpenTelemetry, unless traces are wanted', async () => {
    const isLoaded = ({ code }: { code: string }): boolean => code.includes('@opentelemetry/');
    assert.deepEqual([isLoaded(await workflowBundle()), isLoaded(await tracedBundle())], [false, true]);
  });
});
