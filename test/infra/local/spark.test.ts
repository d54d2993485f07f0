import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentProgress } from '../../../infra/local/progress.ts';
import { installedSpark, sparkInstallation } from '../../../infra/local/spark.ts';
import { temporaryDirectories } from './temporary-directory.ts';
import { environment } from './with-environment.ts';

/** A `python3` whose virtual environments have a `python` of the given script. */
const PYTHON = (inEnvironment: string): string => `#!/bin/sh
case "$1 $2" in
  "--version ") echo 'Python 3.11.7';;
  "-m venv") mkdir -p "$3/bin"; printf '%s\\n' '#!/bin/sh' '${inEnvironment}' > "$3/bin/python"; chmod +x "$3/bin/python";;
  *) echo both;;
esac
`;
const INSTALLS =
  'home=$(dirname "$0")/../lib/python3.11/site-packages/pyspark/bin; mkdir -p $home; echo $@ > $home/spark-submit';

describe('sparkInstallation(log)', () => {
  const directory = temporaryDirectories();
  const set = environment();

  function cacheWith(inEnvironment: string): string {
    const [programs, cache] = [directory(), directory()];
    const file = join(programs, 'python3');
    writeFileSync(file, PYTHON(inEnvironment));
    chmodSync(file, 0o755);
    set({ PATH: `${programs}:/usr/bin:/bin`, XDG_CACHE_HOME: cache });
    return join(cache, 'chatlake');
  }

  it('installs exact versions once, and returns the variables of Spark', async () => {
    const cache = cacheWith(INSTALLS);
    assert.equal(installedSpark(), undefined);
    const { SPARK_HOME, PYSPARK_PYTHON } = await sparkInstallation(silentProgress);
    assert.ok(SPARK_HOME.startsWith(cache) && existsSync(PYSPARK_PYTHON));
    const asked = readFileSync(join(SPARK_HOME, 'bin', 'spark-submit'), 'utf8');
    assert.match(asked, /-m pip install --no-deps .*-r .*infra\/local\/spark\/requirements\.txt/);
    assert.deepEqual(installedSpark(), { SPARK_HOME, PYSPARK_PYTHON });
    cacheWith('exit 1');
    set({ XDG_CACHE_HOME: join(cache, '..') });
    assert.deepEqual(await sparkInstallation(silentProgress), { SPARK_HOME, PYSPARK_PYTHON });
  });

  it('does not look finished after a failed installation, and quotes it', async () => {
    const cache = cacheWith('echo "no network today"; exit 1');
    await assert.rejects(
      sparkInstallation(silentProgress),
      /installing Spark .* exited with code 1.*no network today/s,
    );
    assert.equal(installedSpark(), undefined);
    assert.deepEqual(
      readdirSync(cache).filter((name) => name.startsWith('pyspark')),
      [],
    );
  });

  it('does not take what a killed installation left for Spark', async () => {
    const cache = cacheWith(INSTALLS);
    mkdirSync(join(cache, 'pyspark-4.2.1.abcdef', 'lib/python3.11/site-packages/pyspark/bin'), { recursive: true });
    assert.equal(installedSpark(), undefined);
    await sparkInstallation(silentProgress);
    assert.deepEqual(
      readdirSync(cache).filter((name) => name.startsWith('pyspark')),
      ['pyspark-4.2.1'],
    );
  });
});
