import got from 'got';
import { AnswerError, boundedAnswer } from '../../common/bounded-answer.ts';

/* Requests a small answer and then the hostile one from the address in its arguments. Prints by how many bytes its memory grew. */
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
