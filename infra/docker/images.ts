import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProgressLog } from '../local/progress.ts';
import type { Podman } from './podman.ts';
import { buildStandIn } from './stand-ins.ts';

const PROJECT = join(import.meta.dirname, '../..');
/** A registry that has not answered by then is not reachable. */
const PULL_WITHIN_MS = 120_000;

export interface Images {
  /** All processes but the site. */
  chatlake: string;
  site: string;
}

const OURS = [
  { name: 'chatlake', file: 'Dockerfile', tag: 'localhost/chatlake:checkout' },
  { name: 'site', file: 'site.Dockerfile', tag: 'localhost/chatlake-site:checkout' },
] as const;

/** Builds both images from this checkout. Pulls the base images or, where no registry is reachable, builds stand-ins for them. */
export async function buildImages(tools: {
  podman: Podman;
  progress: ProgressLog;
  logDirectory: string;
}): Promise<Images> {
  const { podman, progress, logDirectory } = tools;
  for (const base of baseImages()) {
    if (await podman.does(['image', 'exists', base])) continue;
    progress.step('images', `pulling ${base}`);
    const pulled = await podman.run(['pull', '--quiet', base], { timeoutMs: PULL_WITHIN_MS }).then(
      () => true,
      () => false,
    );
    if (!pulled) await buildStandIn(base, tools);
  }
  for (const { file, tag } of OURS) {
    progress.step('images', `building ${tag}`);
    const path = join(PROJECT, 'infra/docker', file);
    // The format of OCI has no health check.
    const args = ['build', '--format=docker', `--file=${path}`, `--tag=${tag}`, PROJECT];
    await podman.work(`the build of ${tag}`, args, join(logDirectory, 'images.log'));
  }
  return { chatlake: OURS[0].tag, site: OURS[1].tag };
}

/** The defaults of the arguments of the Dockerfiles. */
function baseImages(): Set<string> {
  const files = OURS.map(({ file }) => readFileSync(join(PROJECT, 'infra/docker', file), 'utf8'));
  return new Set(files.flatMap((file) => [...file.matchAll(/^ARG \w+_IMAGE=(\S+)$/gm)].map(([, image = '']) => image)));
}
