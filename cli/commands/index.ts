import type { Command } from '../command.ts';
import { cleanCommand } from './clean.ts';
import { demoCommand } from './demo.ts';
import { forgetCommand } from './forget.ts';
import { upCommand } from './up.ts';

/** All commands of `chatlake`, in the order of its help. Each has a file here. */
export const COMMANDS: readonly Command[] = [demoCommand, upCommand, forgetCommand, cleanCommand];
