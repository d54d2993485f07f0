import { resolve } from 'node:path';
import { defineCommand } from '../command.ts';

export const notebookCommand = defineCommand({
  name: 'notebook',
  summary: 'Start Jupyter with Spark, to ask the collected chat in notebooks',
  description: `Starts JupyterLab with PySpark until Ctrl-C, and prints its address. Notebooks ask the tables of yellow in Spark SQL and publish pages
    with charts below /notebooks/ of the site. They are kept in notebooks/; the first start copies those of docs/notebooks there.

    It uses the pipeline that runs here: \`make up\` or \`make demo\`, or the HDFS at WEBHDFS_URL. The first start installs Jupyter and Spark from PyPI.
    Later starts need no network. Jupyter listens on this machine only, and asks for the token that is in the address.`,
  exitCodes: `0 after Ctrl-C; with --run, 0 if the notebook ran to its end, 130 after Ctrl-C. 69 if no pipeline runs, a tool is missing or a cell
    failed, 73 if a directory cannot be used, 78 for a wrong setting.`,
  options: {
    run: {
      type: 'string',
      value: 'FILE',
      help: 'Run this notebook to its end without a browser, and change no file of it.',
    },
  },
  examples: ['chatlake notebook', 'chatlake notebook --run docs/notebooks/lively-chat.ipynb'],
  readsEnvironmentFile: true,
  async run({ run }) {
    const { notebook } = await import('../notebook.ts');
    return notebook({ run: run === undefined ? undefined : resolve(run) });
  },
});
