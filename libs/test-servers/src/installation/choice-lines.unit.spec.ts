import {
  backingServices,
  wayNames,
  type BackingService,
  type Choice,
  type WayName,
} from '../infrastructure/infrastructure';
import { choiceLines, type Decision, type Decisions } from './choice-lines';

const choiceOf = (service: BackingService, origin: WayName): Choice => ({
  service,
  way: origin,
  origin,
  url: `${service}://there`,
  reason: '',
  startedHere: false,
  isStandIn: origin === 'stand-in',
});
const choices = [
  choiceOf('postgres', 'embedded'),
  choiceOf('rabbitmq', 'localhost'),
  choiceOf('mongodb', 'stand-in'),
];
const reasons = ['given', 'kept', 'missing'] as const;

const small = (reason: Decision<string>['reason']): Decisions => ({
  delivery: { value: 'log', reason },
  commands: { value: 'postgres', reason },
  readStore: { value: 'postgres', reason },
});
const servers: Decisions = {
  delivery: { value: 'rabbitmq', reason: 'found' },
  commands: { value: 'rabbitmq', reason: 'found' },
  readStore: { value: 'mongodb', reason: 'found' },
};
const toServers: Decisions = {
  delivery: { value: 'rabbitmq', reason: 'given', was: 'log' },
  commands: { value: 'rabbitmq', reason: 'given', was: 'postgres' },
  readStore: { value: 'mongodb', reason: 'given', was: 'postgres' },
};
const toSmall: Decisions = {
  delivery: { value: 'log', reason: 'given', was: 'rabbitmq' },
  commands: { value: 'postgres', reason: 'given', was: 'rabbitmq' },
  readStore: { value: 'postgres', reason: 'given', was: 'mongodb' },
};

describe('choiceLines', () => {
  it('says on a machine with Node alone that Postgres does everything, and why', () => {
    expect(choiceLines({ decisions: small('missing'), choices, previousLog: undefined })).toEqual([
      ['log', 'Postgres from npm'],
      ['delivery', 'the log itself, since no RabbitMQ was found'],
      ['commands', 'the same Postgres, since no RabbitMQ was found'],
      ['read models', 'the same Postgres, since no MongoDB was found'],
    ]);
  });

  it('names the servers where they are used', () => {
    expect(choiceLines({ decisions: servers, choices, previousLog: undefined }).slice(1)).toEqual([
      ['delivery', 'RabbitMQ on localhost'],
      ['commands', 'RabbitMQ on localhost'],
      ['read models', 'a STAND-IN for MongoDB, in memory'],
    ]);
  });

  it('says what a move does to the read models', () => {
    const lines = choiceLines({ decisions: toSmall, choices, previousLog: undefined });
    expect(lines.at(-1)![1]).toBe('the same Postgres (was MongoDB; filled again from the log)');
  });

  it('has no line of more than 100 characters, with the names of `npm start` before it', () => {
    const all = wayNames.flatMap((way) =>
      [...reasons.map(small), servers, toServers, toSmall].flatMap((decisions) =>
        choiceLines({
          decisions,
          choices: backingServices.map((service) => choiceOf(service, way)),
          previousLog: 'binary',
        }),
      ),
    );
    expect(all.filter(([, text]) => text.length > 100 - 22)).toEqual([]);
  });
});
