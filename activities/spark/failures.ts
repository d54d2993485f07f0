import { quoteLog } from '../../common/guarded-process.ts';
import type { Exit } from '../../common/guarded-process.ts';
import { FactError } from '../errors.ts';

interface Cause {
  pattern: RegExp;
  what: string;
  remedy: string;
}

/** In this order: the first that fits counts. */
const CAUSES: readonly Cause[] = [
  {
    pattern: /OutOfMemoryError|GC overhead limit|exit(?:ed with)? code:? 137|Container killed.*memory/i,
    what: 'it ran out of memory',
    remedy: 'Set spark.driver.memory, or spark.executor.memory on a cluster, in SPARK_PROPERTIES_FILE.',
  },
  {
    pattern: /No space left on device/,
    what: 'its disk is full',
    remedy: 'Free space below DATA_DIR, or set spark.local.dir in SPARK_PROPERTIES_FILE.',
  },
  {
    pattern:
      /Could not parse Master URL|Master must (?:either )?be|HADOOP_CONF_DIR or YARN_CONF_DIR must be set|All masters are unresponsive/,
    what: 'it found no such master',
    remedy: 'Set SPARK_MASTER, such as local[2], yarn or k8s://https://host:443; yarn needs HADOOP_CONF_DIR.',
  },
  {
    pattern: /JAVA_HOME is not set|java: not found|UnsupportedClassVersionError/,
    what: 'it found no Java 17 or later',
    remedy: 'Install it, or set JAVA_HOME.',
  },
  {
    pattern: /Cannot run program "python|python3?: (?:command )?not found|ModuleNotFoundError/,
    what: 'it found no Python that runs its driver',
    remedy: 'Set PYSPARK_PYTHON to a Python 3.10 or later.',
  },
  {
    pattern: /AccessControlException|Permission denied/,
    what: 'HDFS does not permit it',
    remedy: 'Set HDFS_USER to the owner of HDFS_ROOT.',
  },
  {
    pattern:
      /ConnectException|UnknownHostException|NoRouteToHost|Connection refused|SafeModeException|could only be written to 0 of/,
    what: 'HDFS did not answer',
    remedy: 'Start HDFS, or set HDFS_URL to its address as Spark reaches it, such as hdfs://host:8020.',
  },
];

/** An error of the analysis names its class and its SQLSTATE. */
const SQL_ERROR = /^\[([A-Z_.]+)\].*SQLSTATE: (?:4|0A)/s;
const LONGEST_QUOTE = 300;
/** What `job.py` tells is in the sentence already. */
const OWN_LINE = /^ *\{"/;

/** The error for a job that has failed: the cause in one sentence with its remedy, and the last lines of its log. */
export function failureOf(
  exit: Exit,
  told: string | undefined,
  { logFile, logOffset }: { logFile: string; logOffset: number },
): FactError {
  const quoted = quoteLog(logFile, logOffset)
    .split('\n')
    .filter((line) => !OWN_LINE.test(line))
    .map((line) => line.slice(0, LONGEST_QUOTE))
    .join('\n');
  const facts = { logFile, exit: exit.text };
  if (told !== undefined && SQL_ERROR.test(told)) {
    const message = `Expected Spark to run the SQL of yellow, but it refused it: ${firstLine(told)} Set SPARK_HOME to Spark 4.2 or later.`;
    return new FactError(message, { facts, retryable: false });
  }
  const cause = CAUSES.find(({ pattern }) => pattern.test(`${told ?? ''}\n${quoted}`));
  const why = cause === undefined ? `it ${exit.text}` : `${cause.what}`;
  const remedy = cause?.remedy ?? `Read ${logFile}.`;
  const said = told === undefined ? '' : ` (${firstLine(told)})`;
  return new FactError(`Expected the Spark job to succeed, but ${why}${said}. ${remedy}${quoted}`, {
    facts,
    retryable: true,
  });
}

function firstLine(text: string): string {
  return (text.split('\n').find((line) => line.trim() !== '') ?? '').slice(0, LONGEST_QUOTE);
}
