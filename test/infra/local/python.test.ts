import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonProgram } from '../../../infra/local/python.ts';
import { temporaryDirectories } from './temporary-directory.ts';
import { environment } from './with-environment.ts';

const REMEDY = 'Install it, or set SPARK_HOME to an installed Spark.';

describe('pythonProgram(purpose, remedy)', () => {
  const directory = temporaryDirectories();
  const set = environment();

  /** Puts a `python3` on PATH that prints its version, and has the modules or not. */
  function python(says: string, hasModules = true): string {
    const place = directory();
    const file = join(place, 'python3');
    const modules = hasModules ? 'echo both' : 'echo "No module named ensurepip" >&2; exit 1';
    writeFileSync(file, `#!/bin/sh\ncase $1 in --version) echo '${says}';; *) ${modules};; esac\n`);
    chmodSync(file, 0o755);
    set({ PATH: place });
    return file;
  }

  for (const says of ['Python 3.10.0', 'Python 3.11.7', 'Python 3.14.0rc2']) {
    it(`accepts ${says}`, () => {
      const file = python(says);
      assert.equal(pythonProgram('for Spark', REMEDY), file);
    });
  }

  it('refuses an older one with its path and the remedy', () => {
    const file = python('Python 3.9.2');
    assert.throws(() => pythonProgram('for Spark', REMEDY), {
      exitCode: 69,
      message: `Python 3.10 or later is needed (for Spark), 3.9.2 found at ${file}. Install it, or set SPARK_HOME to an installed Spark.`,
    });
  });

  it('says that there is none', () => {
    set({ PATH: directory() });
    assert.throws(
      () => pythonProgram('for Spark', REMEDY),
      /no `python3` found on PATH\. Install it, or set SPARK_HOME/,
    );
  });

  it('names the package of Debian if a module is missing', () => {
    python('Python 3.11.2', false);
    assert.throws(() => pythonProgram('for Spark', REMEDY), /without them at .*`apt install python3-venv`\.$/);
  });
});
