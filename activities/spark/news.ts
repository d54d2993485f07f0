import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** What a job has told so far; `offset` is the place in its log up to which it was read. */
export interface News {
  offset: number;
  progress: string | undefined;
  error: string | undefined;
}

interface Told {
  error?: string;
  writing?: string | null;
  stages?: number[];
  tasks?: number;
  completed?: number;
}

const MAX_BYTES = 1024 * 1024;

/** Reads the lines that `job.py` has told since the last call. Other lines of the log are skipped. */
export function readNews(news: News, logFile: string): void {
  const buffer = Buffer.alloc(MAX_BYTES);
  const descriptor = openSync(logFile, 'r');
  try {
    // It was rotated if it is shorter now.
    if (fstatSync(descriptor).size < news.offset) news.offset = 0;
    for (;;) {
      const length = readSync(descriptor, buffer, 0, buffer.length, news.offset);
      const end = buffer.subarray(0, length).lastIndexOf(0x0a) + 1;
      // A longer line is not ours.
      news.offset += end > 0 || length < buffer.length ? end : length;
      for (const line of buffer.toString('utf8', 0, end).split('\n')) hear(news, line);
      if (length < buffer.length) return;
    }
  } finally {
    closeSync(descriptor);
  }
}

function hear(news: News, line: string): void {
  if (!/^\{"(writing|error)":/.test(line)) return;
  let told: Told;
  try {
    told = JSON.parse(line) as Told;
  } catch {
    return;
  }
  if (told.error !== undefined) news.error = told.error;
  else news.progress = progressOf(told);
}

/** `chat: stage 12, 3 of 8 tasks` */
function progressOf({ writing, stages = [], tasks = 0, completed = 0 }: Told): string {
  const what = writing ?? 'starting';
  return stages.length === 0 ? what : `${what}: stage ${stages.join(' and ')}, ${completed} of ${tasks} tasks`;
}
