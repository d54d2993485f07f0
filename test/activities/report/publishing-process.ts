import { publishFile } from '../../../activities/report/site-files.ts';

/* Publishes a megabyte at the path in its arguments, and tells the code of the error. */
const [path = ''] = process.argv.slice(2);
const code = await publishFile(path, Buffer.alloc(1024 * 1024)).then(
  () => 'published',
  (error: unknown) => (error as { code?: string }).code,
);
console.log(code);
