import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, cached } from './cache.ts';
import { installPackages } from './python-packages.ts';
import type { PythonPackages } from './python-packages.ts';
import type { ProgressLog } from './progress.ts';

/** As in spark/requirements.txt. */
const SPARK_VERSION = '4.2.1';
const PACKAGES: PythonPackages = {
  name: 'spark',
  what: `installing Spark ${SPARK_VERSION} from PyPI`,
  remedy: 'Install it, or set SPARK_HOME to an installed Spark.',
};
const ENTRY = `pyspark-${SPARK_VERSION}`;
/** The path of PySpark in a virtual environment. Its last file to check is the program. */
const HOME = 'lib/python3.*/site-packages/pyspark';

/** The variables of Spark's own programs. */
export interface SparkInstallation {
  SPARK_HOME: string;
  PYSPARK_PYTHON: string;
}

/**
 * Spark from PyPI in a virtual environment of the cache, with all its jars. Installed if necessary: 512 MB, once. The scripts in the
 * environment's `bin` name the directory in which it was built, so only its `python` is used.
 * @throws Refusal 69 if there is no suitable Python
 */
export async function sparkInstallation(log: ProgressLog): Promise<SparkInstallation> {
  const place = await cached({
    name: ENTRY,
    lock: 'pip',
    isComplete: (directory) => installationIn(directory) !== undefined,
    onWait: () => log.step('spark', 'waiting for another installation of this user'),
    build: (scratch) => installPackages(log, PACKAGES, scratch),
  });
  const found = installationIn(place);
  if (found === undefined)
    throw new Error(`Expected Spark in ${place}, found none. Remove this part of the cache and try again.`);
  return found;
}

/** The installation in the cache; undefined if there is none. */
export function installedSpark(): SparkInstallation | undefined {
  return installationIn(join(cacheDirectory(), ENTRY));
}

export function installationIn(directory: string): SparkInstallation | undefined {
  const [home] = globSync(join(directory, HOME));
  if (home === undefined || !existsSync(join(home, 'bin', 'spark-submit'))) return undefined;
  return { SPARK_HOME: home, PYSPARK_PYTHON: join(directory, 'bin', 'python') };
}
