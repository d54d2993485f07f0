import { resolve } from 'node:path';
import { defineCommand } from '../command.ts';

export const saveCommand = defineCommand({
  name: 'save',
  summary: 'Save a page of the site as one file that opens without the site',
  description: `Writes a page of the site, as it was published last, to one HTML file. Style, scripts and charts are in the file: it opens in a browser from
    a folder or a mail, without a server and without a network, and connects to nothing.

    PAGE is the path of the page in its address, such as 2026-11-25, ko/2026-11-25 or notebooks/top-channels, or the whole address. The front page is /.

    Links to other pages become plain text. The files with all rows of a chart are not in the file; copy the site to keep them.`,
  exitCodes: `0 if the file was written, 78 if there is no such page or for a wrong setting, 73 if the file exists or cannot be written, 69 if a file
    that the page needs is missing. Only 0 leaves a file.`,
  arguments: ['PAGE', 'FILE'],
  options: {
    force: { type: 'boolean', default: false, help: 'Replace the file if it exists.' },
    json: { type: 'boolean', default: false, help: 'Print the file as one JSON line.' },
  },
  examples: [
    'chatlake save 2026-11-25 report.html',
    'chatlake save http://127.0.0.1:8080/ko/2026-11-25/ report.html --force',
  ],
  readsEnvironmentFile: true,
  async run({ force, json }, [page = '', file = '']) {
    const { save } = await import('../save.ts');
    return save(page, { out: resolve(file), force, json });
  },
});
