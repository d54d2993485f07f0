import { DuckDBScalarFunction, VARCHAR } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';

/** Makes a function of one text available in SQL, under `name`. NULL stays NULL. */
export function createTextFunction(connection: DuckDBConnection, name: string, change: (text: string) => string): void {
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name,
      parameterTypes: [VARCHAR],
      returnType: VARCHAR,
      mainFunction: (_info, input, output) => {
        const texts = input.getColumnVector(0);
        for (let row = 0; row < input.rowCount; row++) {
          const text = texts.getItem(row) as string | null;
          output.setItem(row, text === null ? null : change(text));
        }
        output.flush();
      },
    }),
  );
}
