"""Runs a job of activities/spark/job.ts: python job.py FILE. Prints its progress and its error as lines of JSON to stdout."""

import json
import sys
import threading

from pyspark.sql import SparkSession
from pyspark.sql.functions import lit
from pyspark.sql.types import StructType


def tell(**facts):
    print(json.dumps(facts), flush=True)


def read(spark, step):
    """A view of Parquet files. A column that a file lacks is NULL for its rows."""
    if step["files"]:
        rows = spark.read.schema(step["columns"]).parquet(*step["files"])
    else:
        columns = StructType.fromDDL(step["columns"])
        rows = spark.range(0).select([lit(None).cast(column.dataType).alias(column.name) for column in columns])
    rows.createOrReplaceTempView(step["read"])


def write(spark, name, rows, directory):
    """Later steps read the files instead of computing the rows again."""
    rows.write.parquet(directory)
    spark.read.schema(rows.schema).parquet(directory).createOrReplaceTempView(name)


def run(spark, step):
    if "sql" in step:
        spark.sql(step["sql"])
    elif "read" in step:
        read(spark, step)
    elif "keep" in step:
        write(spark, step["keep"], spark.table(step["keep"]), step["directory"])
    else:
        rows = spark.sql(f"SELECT /*+ REPARTITION(1) */ * FROM {step['write']} SORT BY {step['order']}")
        write(spark, step["write"], rows, step["directory"])


def watch(spark, now, done, every=2):
    """Tells the tasks of the running stages until the job is done."""
    tracker = spark.sparkContext.statusTracker()
    while not done.wait(every):
        stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
        stages = [stage for stage in stages if stage is not None]
        tell(
            writing=now["writing"],
            stages=[stage.stageId for stage in stages],
            tasks=sum(stage.numTasks for stage in stages),
            completed=sum(stage.numCompletedTasks for stage in stages),
        )


def main(file):
    with open(file, encoding="utf-8") as job:
        steps = json.load(job)
    spark = SparkSession.builder.getOrCreate()
    now, done = {"writing": None}, threading.Event()
    watcher = threading.Thread(target=watch, args=(spark, now, done), daemon=True)
    watcher.start()
    for step in steps:
        now["writing"] = step.get("write", now["writing"])
        run(spark, step)
    done.set()
    watcher.join()
    spark.stop()


try:
    main(sys.argv[1])
except Exception as error:
    # The message of Java; Python's own message only names the call.
    java = getattr(error, "java_exception", None)
    tell(error=(str(error) if java is None else java.toString())[:4000])
    print(error, file=sys.stderr)
    sys.exit(1)
