import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(import.meta.dirname, '..');

interface LockedPackage {
  version?: string;
  resolved?: string;
  integrity?: string;
  license?: string;
  dev?: boolean;
  link?: boolean;
}

const { packages } = JSON.parse(readFileSync(join(PROJECT, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, LockedPackage>;
};
const installed = Object.entries(packages).filter(([path]) => path !== '');

/** They allow use in any program, and ask for no more than a notice. */
const LICENCES = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'CC-BY-4.0',
  'ISC',
  'MIT',
  'MIT-0',
  'PSF-2.0',
  'Python-2.0',
  'Unlicense',
  'WTFPL',
]);

/** Packages whose package.json names no licence; their file LICENSE does. */
const BY_FILE = new Map([['node_modules/unionfs', 'Unlicense']]);

/** Tools of tests, used unchanged and no part of the product, so that what their licence asks of changed files does not matter. */
const OF_TESTS = new Map([['node_modules/axe-core', 'MPL-2.0']]);

/** `(MIT OR Apache-2.0)`: one of them is enough; of `A AND B` both are needed. */
function isAllowed(expression: string): boolean {
  return expression
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((part) => part.split(' AND ').every((licence) => LICENCES.has(licence.trim())));
}

describe('the packages in package-lock.json', function () {
  this.timeout(60_000);

  it('come from the registry, with a checksum', () => {
    const isOdd = ({ resolved = 'https://', integrity, link }: LockedPackage): boolean =>
      link === true || integrity === undefined || !resolved.startsWith('https://');
    const odd = installed.filter(([, it]) => isOdd(it));
    assert.deepEqual(odd.map(([path]) => path), []); // prettier-ignore
  });

  it('have licences that allow the use in any program', () => {
    const isTool = (path: string, { dev, license }: LockedPackage): boolean =>
      dev === true && license !== undefined && OF_TESTS.get(path) === license;
    const odd = installed.filter(
      ([path, it]) => !isTool(path, it) && !isAllowed(it.license ?? BY_FILE.get(path) ?? 'none'),
    );
    assert.deepEqual(odd.map(([path, { license }]) => `${path}: ${license ?? 'none'}`), []); // prettier-ignore
  });

  it('would refuse another licence', () => {
    for (const licence of ['GPL-3.0', 'UNLICENSED', 'none', 'MIT AND GPL-2.0']) assert.equal(isAllowed(licence), false);
    for (const licence of ['(MIT OR GPL-3.0)', 'MIT AND ISC']) assert.equal(isAllowed(licence), true);
  });

  it('have no known serious fault, if the registry tells', function () {
    const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
      cwd: PROJECT,
      encoding: 'utf8',
      timeout: 50_000,
    });
    const audit = JSON.parse(stdout || '{}') as { metadata?: { vulnerabilities: Record<string, number> } };
    if (audit.metadata === undefined) {
      this.test!.title += ' (not asked: the registry has no audit, or does not answer)';
      return this.skip();
    }
    const { high = 0, critical = 0 } = audit.metadata.vulnerabilities;
    assert.deepEqual({ high, critical }, { high: 0, critical: 0 }, '`npm audit --omit=dev` names them');
  });
});
