import assert from 'node:assert/strict';
import { chmodSync, existsSync, globSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installedNotebookPython, notebookPython } from '../../../infra/local/notebook.ts';
import { silentProgress } from '../../../infra/local/progress.ts';
import type { Refusal } from '../../../common/refusal.ts';
import { temporaryDirectories } from './temporary-directory.ts';
import { environment } from './with-environment.ts';

describe('notebookPython(log)', () => {
  const directory = temporaryDirectories();
  const set = environment();

  /** A cache, and a `python3` whose virtual environments have a `python` of the given script. */
  function cacheWith(inEnvironment: string): string {
    const [programs, cache] = [directory(), directory()];
    const file = join(programs, 'python3');
    writeFileSync(
      file,
      `#!/bin/sh
case "$1 $2" in
  "--version ") echo 'Python 3.11.7';;
  "-m venv") mkdir -p "$3/bin"; printf '%s\\n' '#!/bin/sh' '${inEnvironment}' > "$3/bin/python"; chmod +x "$3/bin/python";;
  *) echo both;;
esac
`,
    );
    chmodSync(file, 0o755);
    set({ PATH: `${programs}:/usr/bin:/bin`, XDG_CACHE_HOME: cache });
    return join(cache, 'chatlake');
  }
  const INSTALLS =
    'for name in jupyterlab nbclient plotly websocket; do place=$(dirname "$0")/../lib/python3.11/site-packages/$name; mkdir -p $place; echo $@ > $place/__init__.py; done';

  it('installs exact versions once, and finds them again without a network', async () => {
    const cache = cacheWith(INSTALLS);
    assert.equal(installedNotebookPython(), undefined);
    const python = await notebookPython(silentProgress);
    assert.ok(python.startsWith(cache) && existsSync(python));
    const [asked = ''] = globSync(join(cache, 'notebook-*/lib/python3.11/site-packages/plotly/__init__.py'));
    assert.match(
      readFileSync(asked, 'utf8'),
      /-m pip install --no-deps .*-r .*infra\/local\/notebook\/requirements\.txt/,
    );
    cacheWith('exit 1');
    set({ XDG_CACHE_HOME: join(cache, '..') });
    assert.equal(await notebookPython(silentProgress), python);
  });

  it('says in one sentence that PyPI does not answer, and does not look finished', async () => {
    const cache = cacheWith(
      'echo "WARNING: Retrying after connection broken by NewConnectionError: Temporary failure in name resolution" >&2; exit 1',
    );
    await assert.rejects(notebookPython(silentProgress), (error: Refusal) => {
      assert.equal(error.exitCode, 69);
      assert.match(
        error.message,
        /^Expected PyPI to answer \(installing Jupyter and Plotly from PyPI\), but it did not\. Connect to the network, or set PIP_INDEX_URL to a mirror; \S+ has the details\.$/,
      );
      return true;
    });
    assert.equal(installedNotebookPython(), undefined);
    assert.deepEqual(
      readdirSync(cache).filter((name) => name.startsWith('notebook-')),
      ['notebook-build.log'],
    );
  });
});

describe('infra/local/notebook/requirements.txt', () => {
  it('has an exact version of each package', () => {
    const lines = readFileSync('infra/local/notebook/requirements.txt', 'utf8').trim().split('\n');
    for (const line of lines) assert.match(line, /^[a-z0-9-]+==[\w.]+( ; .+)?$/);
  });
});

describe('docs/notebooks/', () => {
  const files = globSync('docs/notebooks/**/*.ipynb');
  it('has notebooks', () => assert.notEqual(files.length, 0));
  for (const file of files)
    it(`keeps no output in ${file}`, () => {
      const { cells, metadata } = JSON.parse(readFileSync(file, 'utf8')) as {
        cells: { cell_type: string; outputs?: unknown[]; execution_count?: unknown; metadata: object }[];
        metadata: Record<string, unknown>;
      };
      for (const { cell_type: type, outputs = [], execution_count: count = null, metadata: own } of cells)
        assert.deepEqual({ type, outputs, count, own }, { type, outputs: [], count: null, own: {} });
      assert.deepEqual(metadata, {
        kernelspec: { display_name: 'Python 3 (ipykernel)', language: 'python', name: 'python3' },
        language_info: { name: 'python' },
      });
    });
});
