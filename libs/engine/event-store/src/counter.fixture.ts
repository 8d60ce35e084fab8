import { defineEvent, type Aggregate, type EventOf } from '@tidemark/kernel';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { AppendRequest, CommandContext } from './append';

export const Counted = defineEvent('Counted', z.strictObject({ by: z.int().positive() }));
/** Accepts any payload, for tests of payloads that no real contract would let through. */
export const Noted = defineEvent('Noted', z.strictObject({ note: z.unknown() }));

export type CounterEvent = EventOf<typeof Counted>;

export const counter: Aggregate<number, CounterEvent> = {
  streamType: 'Counter',
  initial: 0,
  evolve: (count, event) => count + event.data.by,
  partitionKeyOf: () => 'key',
  contracts: [Counted],
  stateVersion: 1,
};

export const counted = (by: number): CounterEvent => ({ type: 'Counted', data: { by } });

export const manyCounted = (count: number): [CounterEvent, ...CounterEvent[]] => [
  counted(1),
  ...Array.from({ length: count - 1 }, () => counted(1)),
];

export function command(overrides: Partial<CommandContext> = {}): CommandContext {
  return {
    commandId: randomUUID(),
    commandHash: 'ab'.repeat(32),
    correlationId: 'c-1',
    actor: 'tester',
    ...overrides,
  };
}

export function request(overrides: Partial<AppendRequest> = {}): AppendRequest {
  return {
    streamType: 'Counter',
    aggregateId: randomUUID(),
    partitionKey: 'key',
    expectedVersion: 'none',
    events: [counted(1)],
    command: command(),
    ...overrides,
  };
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) {
    all.push(item);
  }
  return all;
}
