import { defineEvent, type Aggregate, type EventOf, type Schema } from '@tidemark/kernel';
import { randomUUID } from 'node:crypto';
import type { AppendRequest, CommandContext } from '../append';

export const Counted = defineEvent(
  'Counted',
  schemaOf<{ readonly by: number }>(({ by }) => Number.isInteger(by) && Number(by) > 0),
);
/** Accepts any payload, for tests of payloads that no real contract would let through. */
export const Noted = defineEvent(
  'Noted',
  schemaOf<{ readonly note: unknown }>((data) => 'note' in data),
);

/** The contracts that the codec of a store under test must know. */
export const contractEvents = [Counted, Noted] as const;

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

/** A schema of payloads with one field, which needs no library. */
function schemaOf<Data>(fits: (data: Readonly<Record<string, unknown>>) => boolean): Schema<Data> {
  return {
    '~standard': {
      version: 1,
      vendor: 'tidemark',
      validate: (value) =>
        typeof value === 'object' && value !== null && Object.keys(value).length === 1 && fits({ ...value })
          ? { value: value as Data }
          : { issues: [{ message: 'the payload has other fields or values' }] },
    },
  };
}
