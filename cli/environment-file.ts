import { existsSync } from 'node:fs';

/** Adds the variables of `.env` to the environment. What is set there already wins. */
export function loadEnvironmentFile(): void {
  if (existsSync('.env')) process.loadEnvFile('.env');
}
