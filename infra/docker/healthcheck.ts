/** Asks the URL in its arguments. Exits with 0 if it answers with a status below 300, else with 1. Images have no other client. */
const [, , url = ''] = process.argv;

try {
  const { status } = await fetch(url, { signal: AbortSignal.timeout(4_000) });
  if (status >= 300) throw new Error(`status ${status}`);
} catch (error) {
  process.stderr.write(`Expected ${url} to answer, got ${(error as Error).message}.\n`);
  process.exitCode = 1;
}
