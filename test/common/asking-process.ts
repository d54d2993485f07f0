import got from 'got';
import { AnswerError, boundedAnswer } from '../../common/bounded-answer.ts';

/* Asks the address in its arguments once for a small answer and once for the hostile one; tells by how many bytes its memory has grown. */
const [url = '', maxBytes = '', maxMs = ''] = process.argv.slice(2);
const ask = (path: string) =>
  boundedAnswer(got, `${url}${path}`, {}, { maxBytes: Number(maxBytes), maxMs: Number(maxMs) });

await ask('/small');
const BEFORE = process.resourceUsage().maxRSS * 1024;
const fault = await ask('/hostile').then(
  () => 'answered',
  (error: unknown) => (error instanceof AnswerError ? error.fault : String(error)),
);
console.log(JSON.stringify({ fault, grownBytes: process.resourceUsage().maxRSS * 1024 - BEFORE }));
