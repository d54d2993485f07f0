import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, bundleWorkflowCode } from '@temporalio/worker';
import type { WorkflowBundlePath } from '@temporalio/worker';

const WORKFLOWS = fileURLToPath(new URL('../workflows/', import.meta.url));
/** A container image has its bundle here. */
const PREBUILT = fileURLToPath(new URL('../build/', import.meta.url));
const PREFIX = 'workflows-';

/**
 * Bundles the workflows into one JavaScript file, unless it exists: the build of an image has made it, or the launcher, or another worker. Its
 * name has a digest of the source and of the version of Temporal's library, because a bundle works only with that version.
 * @param options.isTraced whether workflows make traces; their interceptors are in a bundle of its own
 */
export async function workflowBundle(
  dataDirectory: string,
  { isTraced = false, prebuilt = PREBUILT } = {},
): Promise<WorkflowBundlePath> {
  const key = await bundleKey();
  const codePath = join(prebuilt, nameOf(key, isTraced));
  return existsSync(codePath) ? { codePath } : builtIn(join(dataDirectory, 'cache'), key, isTraced);
}

/** For the build of an image. */
export async function prebuildWorkflowBundles(): Promise<WorkflowBundlePath[]> {
  const key = await bundleKey();
  return [await builtIn(PREBUILT, key, false), await builtIn(PREBUILT, key, true)];
}

const nameOf = (key: string, isTraced: boolean): string => `${PREFIX}${key}${isTraced ? '.traced' : ''}.js`;

async function builtIn(directory: string, key: string, isTraced: boolean): Promise<WorkflowBundlePath> {
  const name = nameOf(key, isTraced);
  const codePath = join(directory, name);
  if (existsSync(codePath)) return { codePath };

  const { code } = await bundleWorkflowCode({
    workflowsPath: join(WORKFLOWS, 'index.ts'),
    ...(isTraced ? { workflowInterceptorModules: [join(WORKFLOWS, 'traces.ts')] } : {}),
    logger: new DefaultLogger('ERROR'),
  });
  await mkdir(directory, { recursive: true });
  // Rename the complete file: another process may read it, or build it too.
  const temporary = join(directory, `${name}.${randomUUID()}.tmp`);
  await writeFile(temporary, code);
  await rename(temporary, codePath);
  await removeOthers(directory, `${PREFIX}${key}.`);
  return { codePath };
}

async function bundleKey(): Promise<string> {
  const library = createRequire(import.meta.url).resolve('@temporalio/worker/package.json');
  const hash = createHash('sha256').update(await readFile(library));
  for (const name of (await readdir(WORKFLOWS)).sort()) hash.update(name).update(await readFile(join(WORKFLOWS, name)));
  return hash.digest('hex').slice(0, 16);
}

/** Removes bundles of other versions and remains of killed builds. Running workers have already read theirs. */
async function removeOthers(directory: string, kept: string): Promise<void> {
  const names = (await readdir(directory)).filter((name) => name.startsWith(PREFIX) && !name.startsWith(kept));
  await Promise.all(names.map((name) => rm(join(directory, name), { force: true })));
}
