import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { HdfsAddress } from '../activities/hdfs/access.ts';
import { Refusal } from '../common/refusal.ts';
import { lastHdfsAddress } from '../infra/local/hdfs-server.ts';
import { isLiving } from '../infra/local/process-identity.ts';
import { readInstallation } from '../infra/setup/installation-file.ts';
import { UNUSED_STORE_KEY, readConfig } from '../workers/config.ts';
import type { Config } from '../workers/config.ts';
import { hdfsAddressOf } from '../workers/hdfs-settings.ts';

/** The settings of a pipeline that runs, for a command beside it. */
export type RunningLake = Pick<Config, 'WEBHDFS_URL' | 'HDFS_USER' | 'DATA_DIR' | 'REPORT_DIR'> & {
  address: HdfsAddress;
  config: Config;
};

/** In this order. */
const DATA_DIRECTORIES = ['data', 'data/demo'];

/**
 * The lake at WEBHDFS_URL. Without that variable, the lake of the pipeline that runs in DATA_DIR; without that too, the one of `make up`, or
 * of `make demo`.
 * @throws Refusal 69 if none runs
 */
export function runningLake(env: NodeJS.ProcessEnv): RunningLake {
  // The parameter store is not used, so its key may be missing.
  const config = readConfig({ ...env, ...UNUSED_STORE_KEY });
  if (env['WEBHDFS_URL']) {
    const { WEBHDFS_URL, HDFS_USER, DATA_DIR, REPORT_DIR } = config;
    return { WEBHDFS_URL, HDFS_USER, address: hdfsAddressOf(config), DATA_DIR, REPORT_DIR, config };
  }
  const directories = env['DATA_DIR'] ? [config.DATA_DIR] : DATA_DIRECTORIES.map((it) => resolve(it));
  for (const directory of directories) {
    const hdfs = lastHdfsAddress(join(directory, 'servers', 'hdfs'));
    if (hdfs === undefined || !hasLauncher(directory)) continue;
    const isDemo = !env['REPORT_DIR'] && readInstallation(directory)?.use === 'demo';
    return {
      WEBHDFS_URL: [hdfs.url],
      HDFS_USER: hdfs.user,
      address: { urls: [hdfs.url], user: hdfs.user },
      DATA_DIR: directory,
      REPORT_DIR: isDemo ? resolve('site/demo') : config.REPORT_DIR,
      config,
    };
  }
  throw new Refusal(
    69,
    `Expected a running pipeline in ${directories.join(' or ')}, found none. Start it with \`make demo\` or \`make up\` in another terminal, or set WEBHDFS_URL and HDFS_USER.`,
  );
}

/** Whether `make up` or `make demo` runs in a data directory, or starts. */
export function hasLauncher(dataDirectory: string): boolean {
  try {
    return isLiving(readFileSync(join(dataDirectory, 'servers', 'launcher.pid'), 'utf8'));
  } catch {
    return false;
  }
}
