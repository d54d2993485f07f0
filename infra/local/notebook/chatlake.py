"""For notebooks: yellow in Spark SQL, and pages of the site. docs/querying.md describes it."""

import datetime
import decimal
import json
import os
import re
import subprocess
import tempfile

import plotly.graph_objects as go
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

TABLES = ["chat", "events", "moderation", "streams", "coverage", "tallies", "quarantine"]
LONGEST_LABEL = 40
TRIES = 3
# The open hour is written again each minute. Spark then reads a file whose length it has read before.
REPLACED = ("FAILED_READ_FILE", "FileNotFoundException", "is not a Parquet file", "BlockMissingException", "CANNOT_READ_FILE")


class Missing(Exception):
    """A sentence for people; Jupyter shows it without the stack of Spark."""


def ask(sql):
    """The answer to a question in Spark SQL: a list of rows, each a dict. Times are UTC."""
    return [row.asDict() for row in _answer(sql, lambda rows: rows.collect())]


def frame(sql):
    """The answer as a data frame of pandas."""
    return _answer(sql, lambda rows: rows.toPandas())


def _answer(sql, take):
    """Spark lists the files of a table first and reads them later. It skips the end of a file that was replaced by a longer one meanwhile,
    without an error, so an answer counts only if the sizes are the same after it."""
    spark = SparkSession.builder.getOrCreate()
    tables = [table for table in TABLES if re.search(rf"\b{table}\b", sql, re.IGNORECASE)]
    for left in range(TRIES - 1, -1, -1):
        before = [_open(spark, table) for table in tables]
        try:
            answer = take(spark.sql(sql))
        except PySparkException as error:
            if left == 0 or not any(sign in str(error) for sign in REPLACED):
                raise
            continue
        if before == [_open(spark, table) for table in tables]:
            return answer
    raise Missing(
        f"Expected the files of {', '.join(tables)} to stay while they are read, but each of {TRIES} times an hour was written again meanwhile. "
        "The open hour is written each minute: ask less at once."
    )


def _open(spark, table):
    """Creates the view of all hours of a table, and returns the size of their files. Its columns are those of the newest hour; what older files
    lack is NULL."""
    path = f"{os.environ['HDFS_URL']}{os.environ['HDFS_ROOT']}/yellow/{table}"
    newest = _newest_hour(spark, path)
    if newest is None:
        raise Missing(
            f"Expected rows of the table {table} in {path}, found none. The first hour is there about a minute after `make demo` has started, "
            "and a table with its first row. Run the cell again then."
        )
    columns = spark.read.parquet(f"{path}/{newest}").schema.add("hour", "string")
    rows = spark.read.schema(columns).parquet(path)
    rows.createOrReplaceTempView(table)
    return rows._jdf.queryExecution().optimizedPlan().stats().sizeInBytes()


def _newest_hour(spark, path):
    """The directory of the newest hour: hour=2026-11-25T14. HDFS lists in the order of names, and each look at an entry is a call of Java."""
    directory = spark._jvm.org.apache.hadoop.fs.Path(path)
    files = directory.getFileSystem(spark._jsc.hadoopConfiguration())
    listed = files.listStatus(directory) if files.exists(directory) else []
    names = (listed[at].getPath().getName() for at in range(len(listed) - 1, -1, -1))
    return next((name for name in names if name.startswith("hour=")), None)


def bars(labels, values, unit):
    """A chart of horizontal bars, the first on top."""
    rows = list(range(len(labels)))
    figure = go.Figure(go.Bar(orientation="h", y=rows, x=list(values), hovertemplate=f"%{{x:,}} {unit}<extra></extra>"))
    figure.update_layout(template="none", showlegend=False, xaxis={"title": {"text": unit}, "rangemode": "tozero"})
    texts = [label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…" for label in labels]
    # A single bar would fill the chart.
    figure.update_yaxes(range=[max(len(rows), 5) - 0.5, -0.5], tickvals=rows, ticktext=texts, showgrid=False, zeroline=False, automargin=True)
    return figure


def publish(name, title, summary, charts=(), tables=()):
    """Publishes a page of the site at /notebooks/<name>/.

    summary: a text, or a list of paragraphs. charts: pairs of a title and a Plotly figure. tables: pairs of a title and rows, each a dict.
    """
    page = {
        "name": name,
        "title": title,
        "summary": [summary] if isinstance(summary, str) else list(summary),
        "charts": [{"title": of, "figure": json.loads(figure.to_json())} for of, figure in charts],
        "tables": [{"title": of, **_columns(rows)} for of, rows in tables],
    }
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(page, file, ensure_ascii=False, allow_nan=False)
        file.flush()
        done = subprocess.run(["chatlake", "page", file.name], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Missing(done.stderr.strip())
    print(done.stdout.strip())


def _columns(rows):
    names = list(rows[0]) if rows else []
    return {"columns": names, "rows": [[_cell(row[name]) for name in names] for row in rows]}


def _cell(value):
    """Text, number, or None. Times are UTC, as Spark gives them."""
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, float) and value != value:
        return None
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
