/** One step of a job; `job.py` runs them in order. */
export type Step =
  /** Runs a statement. */
  | { sql: string }
  /** Creates a view of Parquet files, with these columns as in CREATE TABLE. */
  | { read: string; columns: string; files: string[] }
  /** Writes a view to a new directory. Later steps read it from there. */
  | { keep: string; directory: string }
  /** Writes a view to one Parquet file in a new directory, in this order. Later steps read it from there. */
  | { write: string; order: string; directory: string };

export interface Job {
  /** Of the application, in Spark's lists. */
  name: string;
  /** Spark properties. The user's properties win over them. */
  properties: Record<string, string>;
  steps: readonly Step[];
}
