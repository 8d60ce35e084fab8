import type { Pool } from 'pg';
import { claimDueCommands, type ClaimedCommand, type ClaimOptions } from './sql/claim-due-commands';
import { returnClaimedCommands } from './sql/return-claimed-commands';

/** The commands of one process that wait for an answer, for those that send them. */
export interface CommandOutbox {
  /** Takes due commands, and sets the next due time of each. */
  claim(options: Omit<ClaimOptions, 'process'>): Promise<readonly ClaimedCommand[]>;
  /** Returns commands that could not be sent. The attempt does not count, and is made again after `retryMs`. */
  giveBack(commandIds: readonly string[], retryMs: number): Promise<void>;
}

export function postgresOutbox(pool: Pool, process: string): CommandOutbox {
  return {
    claim: (options) => claimDueCommands(pool, { process, ...options }),
    giveBack: (commandIds, retryMs) => returnClaimedCommands(pool, commandIds, retryMs),
  };
}
