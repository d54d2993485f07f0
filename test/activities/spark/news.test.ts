import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readNews } from '../../../activities/spark/news.ts';
import { rotateLog } from '../../../common/log-rotation.ts';
import { temporaryDirectories } from '../../infra/local/temporary-directory.ts';

describe('readNews(news, logFile)', () => {
  const directory = temporaryDirectories();

  it('goes on after the log was rotated', () => {
    const logFile = join(directory(), 'spark.log');
    writeFileSync(logFile, `${'a line of Spark\n'.repeat(100)}{"error":"first"}\n`);
    const news = { offset: 0, progress: undefined, error: undefined as string | undefined };
    readNews(news, logFile);
    assert.equal(news.error, 'first');
    rotateLog(logFile, 1);
    appendFileSync(logFile, '{"error":"second"}\n');
    readNews(news, logFile);
    assert.equal(news.error, 'second');
  });
});
