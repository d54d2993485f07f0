import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

/** A host name that this browser resolves to this machine, as after DNS rebinding. It resolves no other name and asks no DNS server. */
export const REBOUND_NAME = 'rebound.example';

let browser: Promise<Browser> | undefined;
let directory: string | undefined;

/** Time limit for the first test of a run that needs the browser, which is unpacked first. */
export const BROWSER_TIMEOUT_MS = 300_000;

/** A real Chromium from an npm package, shared by all tests of one mocha run. If it does not start, the test fails. */
export function sharedBrowser(): Promise<Browser> {
  return (browser ??= start());
}

async function start(): Promise<Browser> {
  directory = await mkdtemp(join(tmpdir(), 'chatlake-browser-'));
  const own = { TMPDIR: directory, HOME: directory, FONTCONFIG_PATH: join(directory, 'fonts') };
  const executablePath = await unpacked({ ...own, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' });
  // The package's default configuration looks for fonts at a fixed path, and Chromium exits without fonts. Fonts of the machine are left out, so
  // that pages look the same on all machines.
  const fonts = ['fonts', 'cache'].map((name) => join(own.FONTCONFIG_PATH, name));
  await writeFile(
    join(own.FONTCONFIG_PATH, 'fonts.conf'),
    `<fontconfig><dir>${fonts[0]}</dir><cachedir>${fonts[1]}</cachedir></fontconfig>`,
  );
  return chromium.launch({
    executablePath,
    headless: true,
    env: { ...own, PATH: process.env['PATH'] ?? '', LD_LIBRARY_PATH: join(directory, 'al2023', 'lib') },
    args: [
      '--no-sandbox',
      '--no-zygote',
      '--in-process-gpu',
      '--disable-dev-shm-usage',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-proxy-server',
      `--host-resolver-rules=MAP ${REBOUND_NAME} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
    ],
  });
}

/** The package unpacks into the temporary directory. It unpacks its libraries only if it takes the machine for AWS Lambda. */
async function unpacked(environment: Record<string, string>): Promise<string> {
  const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, environment);
  try {
    const { default: packed } = await import('@sparticuz/chromium');
    return await packed.executablePath();
  } finally {
    for (const [name, value] of [...before, ['LD_LIBRARY_PATH', undefined] as const])
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  }
}

after(async function stopBrowser() {
  this.timeout(60_000);
  await (await browser)?.close();
  if (directory !== undefined) await rm(directory, { recursive: true, force: true });
});
