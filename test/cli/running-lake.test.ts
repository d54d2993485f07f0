import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runningLake } from '../../cli/running-lake.ts';
import type { Refusal } from '../../common/refusal.ts';
import { identifyProcess } from '../../infra/local/process-identity.ts';
import { writeInstallation } from '../../infra/setup/installation-file.ts';
import { temporaryDirectories } from '../infra/local/temporary-directory.ts';

describe('runningLake(env)', () => {
  const directory = temporaryDirectories();

  /** A data directory whose HDFS had this port. Its launcher is this process, or one that has ended. */
  function installation(use: 'demo' | 'up', isRunning = true): string {
    const data = directory();
    const hdfs = join(data, 'servers', 'hdfs');
    mkdirSync(hdfs, { recursive: true });
    writeFileSync(join(hdfs, 'ports.json'), JSON.stringify({ nameNodeHttp: 9870 }));
    writeFileSync(join(hdfs, 'owner'), 'lake-1\n');
    writeFileSync(join(data, 'servers', 'launcher.pid'), isRunning ? (identifyProcess(process.pid) ?? '') : '1 0');
    writeInstallation(data, { id: crypto.randomUUID(), use });
    return data;
  }

  it('is the one of the pipeline that runs in DATA_DIR, with the site of the demo', () => {
    const data = installation('demo');
    const { config, ...lake } = runningLake({ DATA_DIR: data });
    assert.equal(config.HDFS_ROOT, '/chatlake');
    assert.deepEqual(lake, {
      WEBHDFS_URL: ['http://127.0.0.1:9870'],
      HDFS_USER: 'lake-1',
      address: { urls: ['http://127.0.0.1:9870'], user: 'lake-1' },
      DATA_DIR: data,
      REPORT_DIR: resolve('site/demo'),
    });
  });

  it('has the site of `make up`, or the one that is named', () => {
    assert.equal(runningLake({ DATA_DIR: installation('up') }).REPORT_DIR, resolve('site'));
    assert.equal(runningLake({ DATA_DIR: installation('demo'), REPORT_DIR: '/srv/site' }).REPORT_DIR, '/srv/site');
  });

  it('is the one at WEBHDFS_URL if that is set', () => {
    const lake = runningLake({ WEBHDFS_URL: 'http://a:1,http://b:2', HDFS_USER: 'x', DATA_DIR: installation('up') });
    assert.deepEqual([lake.WEBHDFS_URL, lake.HDFS_USER], [['http://a:1', 'http://b:2'], 'x']);
  });

  it('refuses a pipeline that has ended, with the remedy', () => {
    const data = installation('demo', false);
    assert.throws(
      () => runningLake({ DATA_DIR: data }),
      (error: Refusal) =>
        error.exitCode === 69 &&
        error.message.startsWith(`Expected a running pipeline in ${data}, found none. Start it with \`make demo\``),
    );
  });
});
