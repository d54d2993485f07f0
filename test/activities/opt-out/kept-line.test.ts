import assert from 'node:assert/strict';
import { createKeptLine } from '../../../activities/opt-out/kept-line.ts';
import { createDatabases } from '../../../activities/duckdb/database.ts';
import type { People } from '../../../activities/opt-out/redact-line.ts';
import { temporaryDirectory } from '../../integration/red-tiles.ts';

describe('kept_line(line), in SQL', () => {
  let scratch: Awaited<ReturnType<typeof temporaryDirectory>>;

  before(async () => {
    scratch = await temporaryDirectory('kept-line');
  });
  after(() => scratch.remove());

  async function keptOf(people: People, lines: (string | null)[]): Promise<unknown[]> {
    const withDatabase = createDatabases({ memoryLimitMb: 256, threads: 2, scratchDirectory: scratch.path });
    return withDatabase(async (connection) => {
      await createKeptLine(connection, people);
      await connection.run('CREATE TABLE lines (place INTEGER, line VARCHAR)');
      const appender = await connection.createAppender('lines');
      for (const [place, line] of lines.entries()) {
        appender.appendInteger(place);
        if (line === null) appender.appendNull();
        else appender.appendVarchar(line);
        appender.endRow();
      }
      appender.closeSync();
      const read = await connection.runAndReadAll('SELECT kept_line(line) FROM lines ORDER BY place');
      return read.getRows().map(([line]) => line);
    });
  }

  const mention = (login: string): string => `:wren!w@w PRIVMSG #haneul :hi ${login}, '밤하늘'`;

  it('is the line itself without people', async () => {
    const lines = [mention('lark'), null, ''];
    assert.deepEqual(await keptOf({ ids: new Set(), logins: new Set() }, lines), lines);
  });

  it('redacts lines of thousands of people, in any letters, and null stays null', async () => {
    const logins = Array.from({ length: 1_500 }, (_, index) => `user_${index.toString(36)}_of_many`);
    const people: People = { ids: new Set(['77777']), logins: new Set(logins) };
    const lines = [mention('USER_z_of_many'), mention(logins.at(-1) ?? ''), mention('user_of_none'), null];
    assert.deepEqual(await keptOf(people, [...lines, '@user-id=77777 :x!x@x PRIVMSG #haneul :hi']), [
      mention('*'.repeat(14)),
      mention('*'.repeat(16)),
      mention('user_of_none'),
      null,
      '@chatlake-erased=1 PRIVMSG #haneul',
    ]);
  });
});
