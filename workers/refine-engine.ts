import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { reportProgress } from '../activities/heartbeats.ts';
import { readFileSystem } from '../activities/hdfs/file-system.ts';
import { createSparkSubmit } from '../activities/spark/submit.ts';
import { createDuckdbEngine } from '../activities/yellow/duckdb-engine.ts';
import type { DuckdbEngineDeps } from '../activities/yellow/duckdb-engine.ts';
import type { RefineEngine } from '../activities/yellow/engine.ts';
import { createYellowWriter } from '../activities/yellow/files.ts';
import { createPieceParser } from '../activities/yellow/pieces.ts';
import { createSparkEngine } from '../activities/yellow/spark-engine.ts';
import type { WithDatabase } from '../activities/duckdb/database.ts';
import { ConfigError } from './config.ts';
import type { Config } from './config.ts';
import { hdfsAddressOf } from './hdfs-settings.ts';

/** The engine that REFINE_ENGINE names. @throws ConfigError if Spark has no SPARK_HOME */
export function refineEngineOf(
  config: Config,
  deps: Omit<DuckdbEngineDeps, 'parsePiece' | 'writeYellowFiles'> & { root: string; withDatabase: WithDatabase },
): RefineEngine {
  if (config.REFINE_ENGINE === 'duckdb')
    return createDuckdbEngine({
      ...deps,
      parsePiece: createPieceParser(deps.withDatabase),
      writeYellowFiles: createYellowWriter(deps.withDatabase),
    });
  const { SPARK_HOME: home, SPARK_MASTER: master, SPARK_PROPERTIES_FILE: propertiesFile, HDFS_USER: user } = config;
  if (home === undefined)
    throw new ConfigError(
      'Expected SPARK_HOME with REFINE_ENGINE=spark, got nothing. Set it to Spark 4.2 or later; `make up` and `make spark` install one.',
    );
  return createSparkEngine({
    ...deps,
    fileSystem: () => readFileSystem(hdfsAddressOf(config), config.HDFS_URL),
    submit: createSparkSubmit(
      { home, master, propertiesFile, user },
      {
        logFile: join(config.DATA_DIR, 'logs', 'spark.log'),
        makeDirectory: () => mkdtemp(join(deps.scratchDirectory, 'spark-job-')),
      },
    ),
    report: reportProgress,
  });
}
