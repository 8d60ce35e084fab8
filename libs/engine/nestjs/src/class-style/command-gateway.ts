import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { AggregateRepository } from '../aggregates/aggregate-repository';
import type { Command, RepeatableCommand } from '../aggregates/command';
import { writeResultOf, type WriteResult } from '../aggregates/write-result';
import { definitionsOf, type TidemarkFeature } from '../definitions/feature';
import { CommandTakenError } from '../errors';
import { Tidemark } from '../tidemark';
import { TIDEMARK_FEATURE } from '../tokens';
import type { ClassAggregate } from './compile-aggregate';
import { CommandNotHandledError } from './errors';
import { commandNameOf, type Message } from './messages';

/** Where a command comes from. With an `idempotencyKey`, it may be sent again for ever. */
export type CommandSource = Omit<RepeatableCommand, 'request'> | Exclude<Command, RepeatableCommand>;

/**
 * Brings a command to the aggregate whose class handles it. Add it to the providers of a module. The start fails with
 * CommandTakenError if two aggregates handle one command.
 */
@Injectable()
export class CommandGateway implements OnModuleInit {
  private readonly byCommand = new Map<string, ClassAggregate>();

  constructor(
    private readonly tidemark: Tidemark,
    private readonly modules: ModuleRef,
  ) {}

  onModuleInit(): void {
    const features = this.modules.get<TidemarkFeature>(TIDEMARK_FEATURE, { strict: false, each: true });
    for (const aggregate of definitionsOf(features).aggregates as readonly Partial<ClassAggregate>[]) {
      for (const { command } of aggregate.commands ?? []) {
        if (this.byCommand.has(command.name)) {
          throw new CommandTakenError(command.name);
        }
        this.byCommand.set(command.name, aggregate as ClassAggregate);
      }
    }
  }

  /**
   * Resolves when the events of the command are durable.
   *
   * @throws CommandRefusedError, CommandNotHandledError, and what `AggregateRepository.execute` throws
   */
  async send(command: Message<'command'>, from: CommandSource): Promise<WriteResult> {
    const { name, target } = commandNameOf(command.constructor, 'send');
    const aggregate = this.byCommand.get(name);
    if (!aggregate) {
      throw new CommandNotHandledError(name);
    }
    const id = (command as Readonly<Record<string, string>>)[target]!;
    const repository = new AggregateRepository(aggregate, this.tidemark);
    const sent: Command =
      'idempotencyKey' in from && from.idempotencyKey !== undefined
        ? { ...from, request: [name, { ...command }] }
        : (from as Exclude<Command, RepeatableCommand>);
    return writeResultOf(await repository.execute(id, sent, aggregate.decide(command)));
  }
}
