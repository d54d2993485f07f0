import { prebuildWorkflowBundle } from './workflow-bundle.ts';

/** Part of the build of the container image: its orchestrators start without a bundler. */
const { codePath } = await prebuildWorkflowBundle();
process.stdout.write(`${codePath}\n`);
