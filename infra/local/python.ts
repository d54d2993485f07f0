import { allOnPath } from './programs.ts';
import { Refusal } from '../../common/refusal.ts';
import { isAtLeast, versionOutput } from './versions.ts';

/** Required by PySpark 4.2. */
const MIN_PYTHON = '3.10';

/**
 * Finds a Python that can create virtual environments: the first suitable one on PATH.
 * @param remedy what to do if there is none
 * @throws Refusal 69 with the version of the one found, or what to install
 */
export function pythonProgram(purpose: string, remedy: string): string {
  const need = `Python ${MIN_PYTHON} or later is needed (${purpose})`;
  const found = allOnPath('python3').map((path) => ({ path, version: pythonVersion(path) }));
  const suitable = found.find(({ version }) => version !== undefined && isAtLeast(version, MIN_PYTHON));
  if (suitable === undefined) {
    const findings = found.map(({ path, version }) => `${version ?? 'one that does not run'} found at ${path}`);
    throw new Refusal(69, `${need}, ${findings.join(', ') || 'no `python3` found on PATH'}. ${remedy}`);
  }
  // Debian has both modules in a package of its own.
  if (versionOutput(suitable.path, ['-c', 'import ensurepip, venv; print("both")']) === '') {
    throw new Refusal(
      69,
      `${need} with the modules venv and ensurepip, found ${suitable.version} without them at ${suitable.path}. ` +
        'Install them: on Debian and Ubuntu `apt install python3-venv`.',
    );
  }
  return suitable.path;
}

function pythonVersion(path: string): string | undefined {
  return /Python (\d+(\.\d+)*)/.exec(versionOutput(path, ['--version']))?.[1];
}
