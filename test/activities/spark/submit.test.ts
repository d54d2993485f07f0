import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { FactError } from '../../../activities/errors.ts';
import { createSparkSubmit } from '../../../activities/spark/submit.ts';
import { identifyProcess } from '../../../infra/local/process-identity.ts';
import { temporaryDirectory } from '../../integration/red-tiles.ts';
import { waitFor } from '../../integration/wait-for.ts';

const JOB = { name: 'a job', properties: { 'spark.hadoop.dfs.replication': '2' }, steps: [{ sql: 'SELECT 1' }] };

describe('createSparkSubmit(settings, options)', () => {
  let directory: string;
  let remove: () => Promise<void>;
  let logFile: string;

  beforeEach(async () => {
    ({ path: directory, remove } = await temporaryDirectory('submit'));
    logFile = join(directory, 'logs', 'spark.log');
  });

  afterEach(() => remove());

  /** Installs a `spark-submit` that is a shell script. */
  async function submitWith(script: string, propertiesFile?: string): Promise<ReturnType<typeof createSparkSubmit>> {
    const home = join(directory, 'spark');
    await mkdir(join(home, 'bin'), { recursive: true });
    const program = join(home, 'bin', 'spark-submit');
    await writeFile(program, `#!/bin/sh\n${script}\n`);
    await chmod(program, 0o755);
    return createSparkSubmit(
      { home, master: 'local[2]', propertiesFile, user: 'lake-owner' },
      { logFile, makeDirectory: () => mkdtemp(join(directory, 'job-')) },
    );
  }

  const never = new AbortController().signal;
  const rejection = async (script: string): Promise<FactError> => {
    const submit = await submitWith(script);
    return submit(JOB, never, () => {}).then(
      () => assert.fail('the job succeeded'),
      (error: unknown) => error as FactError,
    );
  };

  it('passes steps and properties in files, the user in the environment, and nothing else in arguments', async () => {
    const given = join(directory, 'given.properties');
    await writeFile(
      given,
      'spark.executor.memory=4g\nspark.sql.session.timeZone=Asia/Seoul\nspark.some.password=hush\n',
    );
    const submit = await submitWith(
      `echo "$@" > ${directory}/arguments; echo "$HADOOP_USER_NAME" > ${directory}/user
      cp "$9" ${directory}/properties; for last; do :; done; cp "$last" ${directory}/steps; ls -l "$9" > ${directory}/mode`,
      given,
    );
    await submit(JOB, never, () => {});
    const read = (name: string) => readFile(join(directory, name), 'utf8');
    assert.doesNotMatch(await read('arguments'), /hush|lake-owner/);
    assert.match(await read('arguments'), /^--master local\[2\] --deploy-mode client --name a job /);
    assert.equal(await read('user'), 'lake-owner\n');
    assert.match(await read('mode'), /^-rw-------/);
    assert.deepEqual(JSON.parse(await read('steps')), JOB.steps);
    const lines = (await read('properties')).split('\n');
    assert.ok(lines.includes('spark.hadoop.dfs.replication=2') && lines.includes('spark.executor.memory=4g'));
    const zones = lines.filter((line) => line.startsWith('spark.sql.session.timeZone'));
    assert.equal(zones.at(-1), 'spark.sql.session.timeZone=UTC');
    assert.deepEqual(
      (await readdir(directory)).filter((name) => name.startsWith('job-')),
      [],
    );
  });

  it('reports what a job tells', async () => {
    const submit = await submitWith(`
      echo '{"writing": "chat", "stages": [3], "tasks": 8, "completed": 2}'
      while [ ! -e ${directory}/heard ]; do sleep 0.05; done`);
    const told: string[] = [];
    await submit(JOB, never, (progress) => {
      told.push(progress);
      void writeFile(join(directory, 'heard'), '');
    });
    assert.deepEqual(told, ['chat: stage 3, 2 of 8 tasks']);
  });

  it('stops all processes of a job when it is cancelled, also those that ignore SIGTERM', async () => {
    const submit = await submitWith(
      `sh -c 'trap "" TERM; echo $$ > ${directory}/inner; while :; do sleep 0.05; done' & echo $$ > ${directory}/outer; wait`,
    );
    const cancel = new AbortController();
    const running = submit(JOB, cancel.signal, () => {});
    const [outer, inner] = await pids();
    cancel.abort(new Error('cancelled'));
    await assert.rejects(running, /cancelled/);
    for (const pid of [outer, inner]) await waitFor('its process to be gone', () => identifyProcess(pid) === undefined);
  });

  it('leaves no process when the worker is killed', async () => {
    await submitWith(`echo $$ > ${directory}/inner; echo $$ > ${directory}/outer; while :; do sleep 0.05; done`);
    const module = new URL('../../../activities/spark/submit.ts', import.meta.url).href;
    const settings = { home: join(directory, 'spark'), master: 'local[2]', user: 'hdfs' };
    const code = `
      import { mkdtemp } from 'node:fs/promises';
      import { createSparkSubmit } from ${JSON.stringify(module)};
      const makeDirectory = () => mkdtemp(${JSON.stringify(join(directory, 'job-'))});
      const submit = createSparkSubmit(${JSON.stringify(settings)}, { logFile: ${JSON.stringify(logFile)}, makeDirectory });
      await submit(${JSON.stringify(JOB)}, new AbortController().signal, () => {});`;
    const worker = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' });
    const [pid] = await pids();
    worker.kill('SIGKILL');
    await waitFor('the job to be gone', () => identifyProcess(pid) === undefined);
  });

  async function pids(): Promise<[number, number]> {
    const read = async (name: string) => Number(await readFile(join(directory, name), 'utf8').catch(() => ''));
    let found: [number, number] = [0, 0];
    await waitFor('the processes to be there', async () => {
      found = [await read('outer'), await read('inner')];
      return found[0] > 0 && found[1] > 0;
    });
    return found;
  }

  const told = (error: string) => `echo '${JSON.stringify({ error })}'; exit 1`;
  const failures: [string, string, RegExp][] = [
    [
      'no memory',
      'echo "java.lang.OutOfMemoryError: Java heap space" >&2; exit 1',
      /ran out of memory\. Set spark\.driver\.memory/,
    ],
    ['no such master', 'echo "Could not parse Master URL: x" >&2; exit 1', /no such master\. Set SPARK_MASTER/],
    ['no Java', 'echo "JAVA_HOME is not set" >&2; exit 1', /no Java 17 or later\. Install it, or set JAVA_HOME/],
    ['no Python', `echo 'Cannot run program "python3": error=2' >&2; exit 1`, /no Python .*\. Set PYSPARK_PYTHON/],
    [
      'no HDFS',
      told('java.net.ConnectException: Connection refused'),
      /HDFS did not answer \(java\.net.*set HDFS_URL/s,
    ],
    [
      'no right in HDFS',
      told('AccessControlException: Permission denied: user=x'),
      /does not permit it .*Set HDFS_USER/s,
    ],
    [
      'anything else',
      'echo "the sun is gone"; exit 3',
      /it exited with code 3\. Read .*spark\.log\..*the sun is gone/s,
    ],
  ];
  for (const [name, script, expected] of failures) {
    it(`says the cause and the remedy: ${name}`, async () => {
      const error = await rejection(script);
      assert.ok(error instanceof FactError && error.retryable);
      assert.match(error.message, expected);
      assert.doesNotMatch(error.message, /\n\s+at /);
    });
  }

  it('does not retry what the analysis of the SQL refuses', async () => {
    const error = await rejection(told('[UNRESOLVED_ROUTINE] Cannot resolve routine `x`. SQLSTATE: 42883; line 1'));
    assert.match(error.message, /refused it: \[UNRESOLVED_ROUTINE\].*Set SPARK_HOME to Spark 4\.2 or later/s);
    assert.equal(error.retryable, false);
  });

  it('names the remedy if there is no Spark at SPARK_HOME', async () => {
    const submit = createSparkSubmit(
      { home: '/no/spark', master: 'local[2]', propertiesFile: undefined, user: 'hdfs' },
      { logFile, makeDirectory: () => mkdtemp(join(directory, 'job-')) },
    );
    await assert.rejects(
      submit(JOB, never, () => {}),
      /Expected Spark at SPARK_HOME \(\/no\/spark\).*make spark/,
    );
    assert.ok(!existsSync(logFile));
  });
});
