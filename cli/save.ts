import { savedPage } from '../activities/report/saved-page.ts';
import { writeNewFile } from '../common/new-file.ts';
import { readConfigWithoutStore } from '../workers/config.ts';

/** `chatlake save`: writes a page of the site to a file that opens without the site. */
export async function save(
  address: string,
  { out, force, json }: { out: string; force: boolean; json: boolean },
): Promise<void> {
  const { REPORT_DIR } = readConfigWithoutStore();
  await writeNewFile(out, { force }, async (file) => file.writeFile(await savedPage(REPORT_DIR, address)));
  process.stderr.write(`Saved the page ${address} as ${out}. Open the file in a browser; it needs no network.\n`);
  if (json) process.stdout.write(`${JSON.stringify({ out })}\n`);
}
