import { Injectable } from '@nestjs/common';
import { CommandBus, type Command } from '@nestjs/cqrs';
import { CommandIdReusedError, type Execution } from '@tidemark/event-store';
import {
  ProblemException,
  formatConsistencyToken,
  refusalProblem,
  type WriteResultDto,
} from '@tidemark/platform';

/** An execution that left the aggregate as the caller wants it. */
export type Settled = Extract<Execution, { outcome: 'accepted' | 'unchanged' }>;

/** Statuses of one route that differ from the general ones, by refusal code. */
export type StatusByCode = Readonly<Record<string, number>>;

/** The way from an HTTP controller to a handler, and from the handler's outcome to the HTTP answer. */
@Injectable()
export class WriteGateway {
  constructor(private readonly commands: CommandBus) {}

  /**
   * @param id of the aggregate, or the part of it, that the answer is about
   * @throws ProblemException for a refusal
   */
  async write(id: string, command: Command<Execution>, statusOf?: StatusByCode): Promise<WriteResultDto> {
    return writeResultOf(id, await this.send(command, statusOf));
  }

  /** @throws ProblemException for a refusal */
  async send(command: Command<Execution>, statusOf?: StatusByCode): Promise<Settled> {
    const execution = await this.commands.execute(command).catch((error: unknown) => {
      throw error instanceof CommandIdReusedError ? keyReused(error) : error;
    });
    switch (execution.outcome) {
      case 'accepted':
      case 'unchanged':
        return execution;
      case 'refused':
        throw refusalProblem(execution.refusal, statusOf);
      case 'version_mismatch':
        throw new ProblemException(412, 'version_mismatch', `The version is ${execution.actualVersion}.`);
      default:
        return execution satisfies never;
    }
  }
}

export function writeResultOf(id: string, settled: Settled): WriteResultDto {
  const { version, partition, position } = settled.outcome === 'accepted' ? settled.result : settled;
  if (partition === undefined || position === undefined) {
    throw new Error(`${id}: a stream without events can't be left as it is`);
  }
  return { id, version, consistencyToken: formatConsistencyToken([{ partition, position }]) };
}

function keyReused(cause: CommandIdReusedError): ProblemException {
  const message = 'The Idempotency-Key was used for another request before.';
  return new ProblemException(422, 'idempotency_key_reused', message, { cause });
}
