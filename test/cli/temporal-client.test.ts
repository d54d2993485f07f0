import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ofRunningPipeline } from '../../cli/temporal-client.ts';
import { identifyProcess } from '../../infra/local/process-identity.ts';
import { UNUSED_STORE_KEY, readConfig } from '../../workers/config.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';

describe('ofRunningPipeline(config, env)', () => {
  const directory = temporaryDirectories();

  /** A data directory whose Temporal had this port. Its launcher is this process, or one that has ended. */
  function dataDirectory(isRunning: boolean): string {
    const data = directory();
    mkdirSync(join(data, 'servers', 'temporal'), { recursive: true });
    writeFileSync(join(data, 'servers', 'temporal', 'ports.json'), JSON.stringify({ grpc: 7001, ui: 7002 }));
    writeFileSync(join(data, 'servers', 'launcher.pid'), isRunning ? (identifyProcess(process.pid) ?? '') : '1 0');
    return data;
  }
  const found = (env: NodeJS.ProcessEnv) =>
    ofRunningPipeline(readConfig({ ...env, ...UNUSED_STORE_KEY }), env).temporal;

  it('is the local Temporal without the key of another one, in the namespace of the installation', () => {
    const env = { DATA_DIR: dataDirectory(true), TEMPORAL_API_KEY: 'of-another', CHATLAKE_INSTALLATION: 'birds' };
    const { connectionOptions, namespace } = found(env);
    assert.deepEqual([connectionOptions.address, connectionOptions.apiKey, namespace], ['127.0.0.1:7001', undefined, 'birds']); // prettier-ignore
  });

  it('is the one at TEMPORAL_ADDRESS if that is set, and never one whose pipeline has ended', () => {
    const set = { DATA_DIR: dataDirectory(true), TEMPORAL_ADDRESS: 'temporal.test:7233' };
    assert.equal(found(set).connectionOptions.address, 'temporal.test:7233');
    assert.equal(found({ DATA_DIR: dataDirectory(false) }).connectionOptions.address, undefined);
  });
});
