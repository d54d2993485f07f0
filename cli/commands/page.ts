import { resolve } from 'node:path';
import { defineCommand } from '../command.ts';

export const pageCommand = defineCommand({
  name: 'page',
  summary: 'Publish a page of charts and tables below /notebooks/ of the site',
  description: `Publishes a page that a program has made, such as a notebook. The file is JSON: name, title, summary (a list of paragraphs), charts
    (a list of title and figure, a Plotly figure as JSON) and tables (a list of title, columns and rows). The page looks like the reports. Texts are
    shown as they are: none can be markup or a script.

    A page of the same name is replaced. Publishing reports keeps it. To remove it, remove its directory.`,
  exitCodes: `0, 78 for a file that is no page, 73 if REPORT_DIR cannot be used.`,
  arguments: ['FILE'],
  options: { json: { type: 'boolean', default: false, help: 'Print path and file of the page as one JSON line.' } },
  examples: ['chatlake page top-channels.json', 'chatlake page top-channels.json --json'],
  readsEnvironmentFile: true,
  async run({ json }, [file = '']) {
    const { page } = await import('../page.ts');
    return page(resolve(file), json);
  },
});
