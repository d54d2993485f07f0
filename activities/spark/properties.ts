export interface SparkSettings {
  /** The directory of Spark, with `bin/spark-submit`. */
  home: string;
  /** `local[2]`, `yarn`, `k8s://https://host:443`, `spark://host:7077`. */
  master: string;
  /** A file of Spark properties: packages, memory, cores, queues. */
  propertiesFile: string | undefined;
  /** The user in HDFS. */
  user: string;
}

/** The user's properties win over these. One process does all the work of a local master. */
const defaultsOf = ({ master, user }: SparkSettings, directory: string): Record<string, string> => ({
  'spark.log.level': 'WARN',
  'spark.ui.enabled': 'false',
  'spark.executorEnv.HADOOP_USER_NAME': user,
  ...(master.startsWith('local')
    ? {
        'spark.driver.memory': '2g',
        'spark.driver.host': '127.0.0.1',
        'spark.driver.bindAddress': '127.0.0.1',
        'spark.local.dir': directory,
      }
    : {}),
});

/** These win over the user's properties, because the tables depend on them. */
const FIXED: Record<string, string> = {
  'spark.sql.session.timeZone': 'UTC',
  'spark.sql.ansi.enabled': 'true',
  'spark.sql.parquet.outputTimestampType': 'TIMESTAMP_MICROS',
  'spark.sql.parquet.compression.codec': 'zstd',
  // A record with a repeated name is read, not refused.
  'spark.sql.variant.allowDuplicateKeys': 'true',
  // The constraints of columns that are made of each other take longer to compute than the query.
  'spark.sql.constraintPropagation.enabled': 'false',
};

/** The text of a properties file; the last of repeated names counts. */
export function propertiesText(
  settings: SparkSettings,
  properties: Record<string, string>,
  given: string,
  directory: string,
): string {
  const lines = (entries: Record<string, string>): string[] =>
    Object.entries(entries).map(([name, value]) => `${name}=${value.replaceAll('\\', '\\\\')}`);
  return [...lines({ ...defaultsOf(settings, directory), ...properties }), given, ...lines(FIXED), ''].join('\n');
}
