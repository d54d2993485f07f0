import type { Command } from '../command.ts';
import { channelsCommand } from './channels.ts';
import { cleanCommand } from './clean.ts';
import { demoCommand } from './demo.ts';
import { exportCommand } from './export.ts';
import { forgetCommand } from './forget.ts';
import { importCommand } from './import.ts';
import { keysCommand } from './keys.ts';
import { loginCommand } from './login.ts';
import { logoutCommand } from './logout.ts';
import { notebookCommand } from './notebook.ts';
import { pageCommand } from './page.ts';
import { refineCommand } from './refine.ts';
import { saveCommand } from './save.ts';
import { simulatorCommand } from './simulator.ts';
import { sqlCommand } from './sql.ts';
import { upCommand } from './up.ts';

/** All commands of `chatlake`, in the order of its help. Each has a file here. */
export const COMMANDS: readonly Command[] = [
  demoCommand,
  upCommand,
  loginCommand,
  logoutCommand,
  channelsCommand,
  sqlCommand,
  exportCommand,
  importCommand,
  notebookCommand,
  pageCommand,
  saveCommand,
  refineCommand,
  forgetCommand,
  keysCommand,
  simulatorCommand,
  cleanCommand,
];
