import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { CommandIdReusedError, type AppendResult, type Execution } from '@tidemark/event-store';
import { formatConsistencyToken } from '@tidemark/kernel';
import type { ProblemException, WriteResultDto } from '@tidemark/platform';
import { problem, refusalProblem } from './problems';
import { RefusalLog } from './refusal-log';
import type { WriteCommand } from './write-command';

/** Statuses of one route that differ from the general ones, by refusal code. */
export type StatusByCode = Readonly<Record<string, number>>;

/** Passes commands from HTTP controllers to handlers, and turns outcomes into HTTP answers. */
@Injectable()
export class WriteGateway {
  constructor(
    private readonly commands: CommandBus,
    private readonly refusals: RefusalLog,
  ) {}

  /**
   * @param id the id of the aggregate, or of its part, that the answer is about
   * @throws ProblemException for a refusal
   */
  async write(id: string, command: WriteCommand<unknown>, statusOf?: StatusByCode): Promise<WriteResultDto> {
    return writeResultOf(id, await this.send(command, statusOf));
  }

  /** @throws ProblemException for a refusal */
  async send(command: WriteCommand<unknown>, statusOf?: StatusByCode): Promise<AppendResult> {
    const execution = await this.execute(command).catch((error: unknown) => {
      throw error instanceof CommandIdReusedError ? this.refused(command, keyReused(error)) : error;
    });
    switch (execution.outcome) {
      case 'accepted':
        return execution.result;
      case 'unchanged':
        throw new Error(
          `${command.constructor.name} appended no event, so its idempotency key would be forgotten`,
        );
      case 'refused':
        throw this.refused(command, refusalProblem(execution.refusal, statusOf));
      case 'version_mismatch':
        throw this.refused(command, versionMismatch(execution.actualVersion));
      default:
        return execution satisfies never;
    }
  }

  /** If a key was used before, its command may be stored under the hash of an earlier release. */
  private async execute(command: WriteCommand<unknown>): Promise<Execution> {
    try {
      return await this.commands.execute(command);
    } catch (error) {
      const former = error instanceof CommandIdReusedError ? command.asFormerly() : undefined;
      if (!former) {
        throw error;
      }
      return this.commands.execute(former);
    }
  }

  /** Counts and logs the refusal of a command that never reached its handler. @returns the exception to throw */
  refused(command: WriteCommand<unknown>, problem: ProblemException): ProblemException {
    this.refusals.refused(command, problem.code);
    return problem;
  }
}

export function writeResultOf(id: string, { version, partition, position }: AppendResult): WriteResultDto {
  return { id, version, consistencyToken: formatConsistencyToken([{ partition, position }]) };
}

function versionMismatch(actual: number): ProblemException {
  return problem('version_mismatch', { detail: `The current version is ${actual}.` });
}

function keyReused(cause: CommandIdReusedError): ProblemException {
  return problem('idempotency_key_reused', { cause });
}
