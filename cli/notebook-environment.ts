import { globSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { propertiesText } from '../activities/spark/properties.ts';
import { Refusal } from '../common/refusal.ts';
import { SECRET_VARIABLES } from '../common/secret-variables.ts';
import { NOTEBOOK_FILES } from '../infra/local/notebook.ts';
import { TEMPORAL_NAMES } from '../workers/variable-names.ts';
import { shellWord } from './links.ts';
import type { RunningLake } from './running-lake.ts';

/** A notebook runs whatever its author has found somewhere. It needs none of these. */
const WITHHELD = [
  ...['TWITCH_CLIENT_ID', 'KAFKA_TLS_KEY_FILE', 'KAFKA_TOKEN_FILE'],
  ...SECRET_VARIABLES.flatMap((name) => [name, `${name}_FILE`]),
  ...TEMPORAL_NAMES.filter((name) => /KEY|AUTH|CERT/.test(name)),
];

interface Programs {
  lake: RunningLake;
  java: string;
  /** `hdfs://127.0.0.1:8020` */
  hdfsUrl: string;
  python: string;
  sparkHome: string;
  scratchDirectory: string;
}

/** The variables of Jupyter and its kernels: PySpark with the settings of refinements, where yellow is, and `chatlake` on PATH. */
export function notebookEnvironment(programs: Programs): Record<string, string> {
  const { lake, java, hdfsUrl, python, sparkHome, scratchDirectory } = programs;
  const { SPARK_MASTER: master, SPARK_PROPERTIES_FILE: given, HDFS_ROOT } = lake.config;
  const properties = join(scratchDirectory, 'spark.properties');
  const settings = { home: sparkHome, master, propertiesFile: given, user: lake.HDFS_USER };
  const text = propertiesText(
    settings,
    { 'spark.sql.shuffle.partitions': '4', 'spark.ui.showConsoleProgress': 'false' },
    given === undefined ? '' : readFileSync(given, 'utf8'),
    scratchDirectory,
  );
  writeFileSync(properties, text, { mode: 0o600 });
  return {
    ...Object.fromEntries(WITHHELD.map((name) => [name, ''])),
    PATH: `${join(import.meta.dirname, '../bin')}:${process.env['PATH'] ?? ''}`,
    JAVA_HOME: dirname(dirname(realpathSync(java))),
    SPARK_HOME: sparkHome,
    PYTHONPATH: [NOTEBOOK_FILES, ...pySparkOf(sparkHome)].join(':'),
    PYSPARK_PYTHON: python,
    PYSPARK_SUBMIT_ARGS: `--master ${shellWord(master)} --load-spark-defaults --properties-file ${shellWord(properties)} pyspark-shell`,
    HADOOP_USER_NAME: lake.HDFS_USER,
    HDFS_USER: lake.HDFS_USER,
    HDFS_URL: hdfsUrl,
    HDFS_ROOT,
    WEBHDFS_URL: lake.WEBHDFS_URL.join(','),
    DATA_DIR: lake.DATA_DIR,
    REPORT_DIR: lake.REPORT_DIR,
    // PySpark gives times in the zone of Python.
    TZ: 'UTC',
    PYTHONNOUSERSITE: '1',
    PYTHONDONTWRITEBYTECODE: '1',
  };
}

/** PySpark and the library that it needs lie in every installation of Spark. @throws Refusal 69 */
function pySparkOf(sparkHome: string): string[] {
  const archives = globSync(join(sparkHome, 'python', 'lib', '*.zip'));
  if (archives.length < 2)
    throw new Refusal(
      69,
      `Expected PySpark at SPARK_HOME (${sparkHome}), found none in python/lib there. Set SPARK_HOME to Spark 4.2 or later, or unset it.`,
    );
  return archives;
}
