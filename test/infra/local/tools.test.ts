import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { javaProgram } from '../../../infra/local/java.ts';
import { silentProgress } from '../../../infra/local/progress.ts';
import type { Refusal } from '../../../common/refusal.ts';
import { startLocalServers } from '../../../infra/local/servers.ts';
import { checkTools } from '../../../infra/local/tools.ts';
import { temporaryDirectories } from './temporary-directory.ts';
import { environment } from './with-environment.ts';

const ALL = { temporal: true, kafka: true, hdfs: true };

/** Creates a program that prints the text to stderr, as `java -version` does. */
function fake(directory: string, name: string, says: string, code = 0): string {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, name);
  writeFileSync(file, `#!/bin/sh\n/bin/cat >&2 <<'END'\n${says}\nEND\nexit ${code}\n`);
  chmodSync(file, 0o755);
  return file;
}

describe('javaProgram(remedy)', () => {
  const directory = temporaryDirectories();
  const set = environment();

  for (const says of [
    'openjdk version "17.0.15" 2025-04-15',
    'java version "21.0.1" 2023-10-17 LTS\nJava(TM) SE Runtime Environment',
    'openjdk version "21-ea" 2023-09-19',
    'openjdk 21-ea 2023-09-19',
    'Picked up _JAVA_OPTIONS: -Xmx1g -Dversion=1\nopenjdk version "17" 2021-09-14',
    'Picked up JAVA_TOOL_OPTIONS: -Dproduct.version "11"\nopenjdk version "25.0.1" 2025-10-21',
    'openjdk version "17-internal" 2021-09-14',
  ]) {
    it(`accepts ${says.replaceAll('\n', ' / ')}`, () => {
      const place = directory();
      const java = fake(place, 'java', says);
      set({ PATH: place, JAVA_HOME: undefined });
      assert.equal(javaProgram('Install it.'), java);
    });
  }

  for (const [says, version] of [
    ['openjdk version "11.0.2" 2019-01-15', '11.0.2'],
    ['java version "1.8.0_392"', '1.8.0_392'],
    ['Picked up _JAVA_OPTIONS: -Xmx17g\nopenjdk version "16.0.2" 2021-07-20', '16.0.2'],
    ['openjdk version "9"', '9'],
  ] as const) {
    it(`refuses ${version} with its path and the remedy`, () => {
      const place = directory();
      const java = fake(place, 'java', says);
      set({ PATH: place, JAVA_HOME: undefined });
      assert.throws(
        () => javaProgram('Install it.'),
        (error: Refusal) => {
          assert.equal(error.exitCode, 69);
          assert.equal(
            error.message,
            `Java 17 or later is needed (for Kafka, HDFS and Spark), ${version} found at ${java}. Install it.`,
          );
          return true;
        },
      );
    });
  }

  it('prefers JAVA_HOME to PATH, unless it is too old', () => {
    const place = directory();
    const onPath = fake(join(place, 'path'), 'java', 'openjdk version "17.0.1"');
    const atHome = fake(join(place, 'home', 'bin'), 'java', 'openjdk version "21.0.1"');
    set({ PATH: join(place, 'path'), JAVA_HOME: join(place, 'home') });
    assert.equal(javaProgram(''), atHome);
    fake(join(place, 'home', 'bin'), 'java', 'openjdk version "11.0.1"');
    assert.equal(javaProgram(''), onPath);
    fake(join(place, 'path'), 'java', 'openjdk version "1.8.0_1"');
    assert.throws(() => javaProgram(''), /11\.0\.1 found at .*home\/bin\/java, 1\.8\.0_1 found at .*path\/java/);
  });

  it('refuses a Java that does not run, a directory, and none', () => {
    const place = directory();
    fake(place, 'java', 'Unable to locate a Java Runtime.', 1);
    set({ PATH: place, JAVA_HOME: '/nowhere' });
    assert.throws(() => javaProgram(''), /an unknown version found at/);
    const other = directory();
    mkdirSync(join(other, 'java'));
    set({ PATH: other, JAVA_HOME: '' });
    assert.throws(() => javaProgram(''), /none found in JAVA_HOME or on PATH/);
  });
});

describe('checkTools(start)', () => {
  const directory = temporaryDirectories();
  const set = environment();
  const java17 = 'openjdk version "17.0.15" 2025-04-15';

  /** A machine with these programs only, and nothing built. */
  function machine(programs: Readonly<Record<string, string>>): string {
    const place = directory();
    mkdirSync(join(place, 'bin'));
    for (const [name, says] of Object.entries(programs)) fake(join(place, 'bin'), name, says);
    set({ PATH: join(place, 'bin'), JAVA_HOME: undefined, XDG_CACHE_HOME: join(place, 'cache') });
    return place;
  }

  it('reports all missing tools together, with the variables that make them unnecessary', async () => {
    machine({});
    await assert.rejects(checkTools(ALL), (error: Refusal) => {
      const lines = error.message.split('\n');
      assert.equal(lines.length, 3, error.message);
      assert.match(lines[0] ?? '', /^Java 17 or later is needed .*KAFKA_BROKERS and WEBHDFS_URL names running servers/);
      assert.match(lines[1] ?? '', /^Maven 3\.6\.3 or later is needed .*KAFKA_BROKERS and WEBHDFS_URL/);
      assert.match(lines[2] ?? '', /^Go 1\.25 or later is needed .*TEMPORAL_ADDRESS/);
      return true;
    });
  });

  it('requires only the tools of the servers to start', async () => {
    machine({});
    await checkTools({ temporal: false, kafka: false, hdfs: false });
    await assert.rejects(checkTools({ ...ALL, temporal: false, hdfs: false }), (error: Error) => {
      assert.doesNotMatch(error.message, /Go|WEBHDFS_URL|and WEBHDFS/);
      return true;
    });
  });

  it('requires no build tool if the servers are built', async () => {
    const place = machine({ java: java17 });
    fake(join(place, 'cache', 'chatlake', 'temporal-1.5.1'), 'temporal', 'temporal version 1.5.1');
    for (const jar of ['kafka-4.4.0/kafka_2.13-4.4.0.jar', 'hadoop-3.5.0/hadoop-hdfs-3.5.0.jar']) {
      mkdirSync(join(place, 'cache', 'chatlake', jar, '..'), { recursive: true });
      writeFileSync(join(place, 'cache', 'chatlake', jar), '');
    }
    await checkTools(ALL);
  });

  for (const [go, taken] of [
    ['go version go1.26.8 linux/amd64', true],
    ['go version go1.25 linux/amd64', true],
    ['go version go1.25rc1 linux/amd64', true],
    ['go version devel +a1b2c3 linux/amd64', true],
    ['go version go1.22.2 linux/amd64', true],
    ['go version go1.19.8 linux/amd64', false],
  ] as const) {
    it(`${taken ? 'accepts' : 'refuses'} ${go}`, async () => {
      machine({ java: java17, mvn: '\u001b[1mApache Maven 3.8.7\u001b[m', go });
      if (taken) return checkTools(ALL);
      await assert.rejects(checkTools(ALL), /^Refusal: Go 1\.25 or later is needed .*1\.19\.8 found at .*\/go\./);
    });
  }

  it('refuses an old Maven, and one that does not run', async () => {
    const place = machine({ java: java17, go: 'go version go1.26.8', mvn: 'Apache Maven 3.0.5 (r01de14724)' });
    await assert.rejects(checkTools(ALL), /^Refusal: Maven 3\.6\.3 .*, 3\.0\.5 found at/);
    fake(join(place, 'bin'), 'mvn', 'The JAVA_HOME environment variable is not defined correctly', 1);
    await assert.rejects(checkTools(ALL), /^Refusal: Maven .*one that does not run found at .*JAVA_HOME/);
  });

  it('runs before anything is built or started', async () => {
    const place = machine({ java: 'openjdk version "11.0.2"' });
    set({ TEMPORAL_ADDRESS: undefined, KAFKA_BROKERS: undefined, WEBHDFS_URL: undefined });
    const data = join(place, 'data');
    await assert.rejects(startLocalServers({ directory: data, log: silentProgress }), /11\.0\.2 found at/);
    assert.deepEqual(readdirSync(place).sort(), ['bin', 'data']);
    assert.deepEqual(readdirSync(data), []);
  });
});
