import { prebuildWorkflowBundles } from './workflow-bundle.ts';

/** Part of the build of the container image: its orchestrators start without a bundler, with traces or without. */
for (const { codePath } of await prebuildWorkflowBundles()) process.stdout.write(`${codePath}\n`);
