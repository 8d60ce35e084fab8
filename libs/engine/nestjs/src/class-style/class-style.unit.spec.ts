import { defineEvent, type DomainEvent, type EventEnvelope } from '@tidemark/kernel';
import { foldAll } from '@tidemark/projections';
import { given } from '@tidemark/kernel/testing';
import { z } from 'zod';
import {
  aggregateOf,
  apply,
  commandClass,
  CommandHandler,
  domainEvent,
  eventClass,
  EventHandler,
  EventSourced,
  EventSourcingHandler,
  ProcessingGroup,
  projectionOf,
} from './index';
import {
  ConfirmOrderCommand,
  CreateOrderCommand,
  OrderAggregate,
  OrderConfirmedEvent,
  OrderCreatedEvent,
  OrderProjection,
  OrderShippedEvent,
  ShipOrderCommand,
} from './order-classes.fixture';
import { OrderConfirmed, OrderCreated, orderSummaries } from './order-events.fixture';
import { order, orderProjection } from './order-functions.fixture';

const aggregate = aggregateOf(OrderAggregate);
const created = domainEvent(new OrderCreatedEvent({ orderId: 'O1', productId: 'P1' }));
const confirmed = domainEvent(new OrderConfirmedEvent({ orderId: 'O1' }));
const shipped = domainEvent(new OrderShippedEvent({ orderId: 'O1' }));

const fold = (...events: DomainEvent[]) => events.reduce(aggregate.evolve, aggregate.initial);

const text = z.strictObject({ id: z.string(), text: z.string() });
const Noted = defineEvent('Noted', text);
class NotedEvent extends eventClass(Noted) {}
class NoteCommand extends commandClass('Note', text, 'id') {}

const settings = { identifier: 'id', events: [NotedEvent] } as const;

describe('an aggregate class', () => {
  it('yields the definition that the functions yield', () => {
    const { streamType, contracts, stateVersion, initial } = aggregate;
    expect({ streamType, contracts, stateVersion, initial }).toEqual({
      streamType: order.streamType,
      contracts: order.contracts,
      stateVersion: order.stateVersion,
      initial: order.initial,
    });
    expect(fold(created, confirmed)).toEqual({ orderId: 'O1', isConfirmed: true });
    expect(aggregate.partitionKeyOf(created)).toBe('O1');
    expect(aggregateOf(OrderAggregate)).toBe(aggregate);
  });

  it('decides commands, as tests of decisions see it', () => {
    const create = aggregate.decide(new CreateOrderCommand({ orderId: 'O1', productId: 'P1' }));
    const confirm = aggregate.decide(new ConfirmOrderCommand({ orderId: 'O1' }));
    const ship = aggregate.decide(new ShipOrderCommand({ orderId: 'O1' }));
    given(aggregate).when(create).then(created);
    given(aggregate, created).when(create).thenRefused('already_exists');
    given(aggregate).when(confirm).thenRefused('not_found');
    given(aggregate, created).when(confirm).then(confirmed);
    given(aggregate, created, confirmed).when(confirm).thenNothing();
    given(aggregate, created).when(ship).thenRefused('unconfirmed_order');
    given(aggregate, created, confirmed).when(ship).then(shipped);
  });

  it('shares nothing between two states, however deep a handler changes its fields', () => {
    @EventSourced('Notes', settings)
    class Notes {
      readonly texts: { text: string }[] = [];

      @EventSourcingHandler(NotedEvent)
      on(event: NotedEvent) {
        this.texts.forEach((one) => (one.text += '!'));
        this.texts.push({ text: event.text });
      }
    }
    const { evolve, initial } = aggregateOf(Notes);
    const noted = (content: string) => domainEvent(new NotedEvent({ id: 'N', text: content }));
    const one = evolve(initial, noted('a'));
    const two = evolve(one, noted('b'));
    expect([initial, one, two]).toEqual([
      { texts: [] },
      { texts: [{ text: 'a' }] },
      { texts: [{ text: 'a!' }, { text: 'b' }] },
    ]);
    expect(JSON.parse(JSON.stringify(two))).toEqual(two);
  });

  it('sees in a command handler what it has applied there', () => {
    @EventSourced('Notes', settings)
    class Notes {
      count = 0;

      @CommandHandler(NoteCommand, { creates: true })
      note({ id }: NoteCommand) {
        apply(new NotedEvent({ id, text: `${this.count}` }));
        apply(new NotedEvent({ id, text: `${this.count}` }));
      }

      @EventSourcingHandler(NotedEvent)
      on(_event: NotedEvent) {
        this.count += 1;
      }
    }
    const note = aggregateOf(Notes).decide(new NoteCommand({ id: 'N', text: '' }));
    given(aggregateOf(Notes))
      .when(note)
      .then(
        domainEvent(new NotedEvent({ id: 'N', text: '0' })),
        domainEvent(new NotedEvent({ id: 'N', text: '1' })),
      );
  });

  it('takes the handlers of its superclass, and may override them', () => {
    class Base {
      text = '';

      @EventSourcingHandler(NotedEvent)
      on(event: NotedEvent) {
        this.text = event.text;
      }
    }

    @EventSourced('Notes', settings)
    class Notes extends Base {
      override on(event: NotedEvent) {
        super.on(event);
        this.text = this.text.toUpperCase();
      }
    }
    const { evolve, initial } = aggregateOf(Notes);
    expect(evolve(initial, domainEvent(new NotedEvent({ id: 'N', text: 'a' })))).toEqual({ text: 'A' });
  });
});

describe('a command handler is refused', () => {
  it('if it changes a field itself', () => {
    @EventSourced('Notes', settings)
    class Notes {
      text = '';

      @CommandHandler(NoteCommand, { creates: true })
      note(command: NoteCommand) {
        this.text = command.text;
      }

      @EventSourcingHandler(NotedEvent)
      on(_event: NotedEvent) {}
    }
    const { decide, initial } = aggregateOf(Notes);
    expect(() => decide(new NoteCommand({ id: 'N', text: 'a' }))(initial)).toThrow(
      /Notes.note changed a field of the aggregate itself/,
    );
  });

  it('if an event handler applies an event, or nothing handles a command', () => {
    @EventSourced('Notes', settings)
    class Notes {
      @CommandHandler(NoteCommand, { creates: true })
      note(command: NoteCommand) {
        apply(new NotedEvent(command));
      }

      @EventSourcingHandler(NotedEvent)
      on(event: NotedEvent) {
        apply(event);
      }
    }
    const { decide, initial } = aggregateOf(Notes);
    expect(() => decide(new NoteCommand({ id: 'N', text: 'a' }))(initial)).toThrow(
      /apply\(\) was called outside a command handler/,
    );
    expect(() => decide(new ConfirmOrderCommand({ orderId: 'O1' }))).toThrow(
      /no aggregate handles .*ConfirmOrder/,
    );
    expect(() => apply(new NotedEvent({ id: 'N', text: 'a' }))).toThrow(/outside a command handler/);
  });

  it('if it decides later', () => {
    @EventSourced('Notes', settings)
    class Notes {
      @CommandHandler(NoteCommand, { creates: true })
      note(_command: NoteCommand): void {
        return Promise.resolve() as never;
      }

      @EventSourcingHandler(NotedEvent)
      on(_event: NotedEvent) {}
    }
    const { decide, initial } = aggregateOf(Notes);
    expect(() => decide(new NoteCommand({ id: 'N', text: 'a' }))(initial)).toThrow(
      /Notes.note returned a promise: decide at once/,
    );
  });

  it('if it applies an event that the aggregate does not list', () => {
    @EventSourced('Notes', settings)
    class Notes {
      @CommandHandler(NoteCommand, { creates: true })
      note(_command: NoteCommand) {
        apply(new OrderConfirmedEvent({ orderId: 'O1' }));
      }

      @EventSourcingHandler(NotedEvent)
      on(_event: NotedEvent) {}
    }
    const { decide, initial } = aggregateOf(Notes);
    expect(() => decide(new NoteCommand({ id: 'N', text: 'a' }))(initial)).toThrow(
      /uses the event OrderConfirmed, which it does not list/,
    );
  });
});

describe('a class is refused', () => {
  it('if no decorator gives it a definition, also if its superclass has one', () => {
    class Plain {}
    class Special extends OrderAggregate {}
    expect(() => aggregateOf(Plain)).toThrow(
      /the class Plain is no aggregate: decorate it with @EventSourced/,
    );
    expect(() => aggregateOf(Special)).toThrow(/the class Special is no aggregate/);
    expect(() => projectionOf(OrderAggregate)).toThrow(/is no projection: decorate it with @ProcessingGroup/);
  });

  it('if two methods handle one event or one command', () => {
    @EventSourced('Notes', settings)
    class TwoFolds {
      @EventSourcingHandler(NotedEvent)
      on(_event: NotedEvent) {}
      @EventSourcingHandler(NotedEvent)
      onNoted(_event: NotedEvent) {}
    }
    @EventSourced('Notes', settings)
    class TwoDecisions {
      @CommandHandler(NoteCommand)
      note(_command: NoteCommand) {}
      @CommandHandler(NoteCommand)
      write(_command: NoteCommand) {}
      @EventSourcingHandler(NotedEvent)
      on(_event: NotedEvent) {}
    }
    expect(() => aggregateOf(TwoFolds)).toThrow(/TwoFolds handles Noted in on and in onNoted: remove one/);
    expect(() => aggregateOf(TwoDecisions)).toThrow(/TwoDecisions handles Note in note and in write/);
  });

  it('if an event has no handler, or a handler has no contract', () => {
    @EventSourced('Notes', settings)
    class Deaf {}
    @EventSourced('Notes', { identifier: 'id', events: [] })
    class Listless {
      @EventSourcingHandler(NotedEvent)
      on(_event: NotedEvent) {}
    }
    expect(() => aggregateOf(Deaf)).toThrow(/lists the event Noted and has no handler for it: add a method/);
    expect(() => aggregateOf(Listless)).toThrow(/uses the event Noted, which it does not list/);
    expect(() => EventSourcingHandler(Date as never)).toThrow(
      /got the class Date, which has no published name/,
    );
    expect(() => CommandHandler(NotedEvent as never)).toThrow(/which has no published name/);
  });

  it('if JSON does not keep a field, which the compiler finds as well', () => {
    const late = (): Date => new Date(0);
    // @ts-expect-error a Date becomes a text in a snapshot
    @EventSourced('Notes', settings)
    class Dated {
      at = late();

      @EventSourcingHandler(NotedEvent)
      on(_event: NotedEvent) {}
    }
    expect(() => aggregateOf(Dated)).toThrow(/Dated.at is a Date, which JSON does not keep: store text/);
  });
});

describe('a handler does not compile', () => {
  it('with a parameter that is not of its contract', () => {
    class Wrong {
      // @ts-expect-error the event has no such field
      @EventSourcingHandler(OrderConfirmedEvent)
      created(_event: OrderCreatedEvent) {}

      // @ts-expect-error another event with the same fields
      @EventSourcingHandler(OrderShippedEvent)
      confirmed(_event: OrderConfirmedEvent) {}

      // @ts-expect-error a command is no event
      @CommandHandler(ConfirmOrderCommand)
      confirm(_command: OrderConfirmedEvent) {}

      // @ts-expect-error a decision is made at once
      @CommandHandler(ShipOrderCommand)
      async ship(_command: ShipOrderCommand) {}

      // @ts-expect-error the document is given by `create`
      @EventHandler(OrderCreatedEvent, { as: 'create' })
      on(_event: OrderCreatedEvent, _document: string) {
        return {};
      }
    }
    expect(new Wrong()).toBeInstanceOf(Wrong);
    // @ts-expect-error the contract has another field
    expect(new OrderConfirmedEvent({ productId: 'P1' })).toBeDefined();
    // @ts-expect-error an event of a contract without the identifier
    expect(EventSourced('Notes', { identifier: 'orderId', events: [NotedEvent] })).toBeDefined();
  });

  it('in a projection whose documents are not those of the read model', () => {
    // @ts-expect-error the status is none of the read model
    @ProcessingGroup('order-projection', { readModel: orderSummaries, id: 'orderId', version: 1 })
    class Wrong {
      @EventHandler(OrderConfirmedEvent)
      on(_event: OrderConfirmedEvent, _order: object) {
        return { productId: 'P1', status: 'LOST', since: '' };
      }
    }
    expect(projectionOf(Wrong).name).toBe('order_summaries');
  });
});

describe('a projection class', () => {
  const envelope = (event: DomainEvent, position: number) =>
    ({ ...event, position, partition: 0, timestamp: `T${position}`, streamId: 'Order-O1' }) as EventEnvelope;

  it('folds as the functions do', () => {
    const events = [created, confirmed, shipped].map((event, index) => envelope(event, index + 1));
    const folded = foldAll(projectionOf(OrderProjection), events as never);
    expect([...folded]).toEqual([...foldAll(orderProjection, events as never)]);
    expect(JSON.stringify([...folded])).toContain('"status":"SHIPPED"');
  });

  it('remembers nothing in its instance', () => {
    @ProcessingGroup('order-projection', { readModel: orderSummaries, id: 'orderId', version: 1 })
    class Counting {
      private seen = 0;

      @EventHandler(OrderCreatedEvent, { as: 'create' })
      on(_event: OrderCreatedEvent): { productId: string; status: 'CREATED'; since: string } {
        this.seen += 1;
        return { productId: `${this.seen}`, status: 'CREATED', since: '' };
      }
    }
    expect(() => foldAll(projectionOf(Counting), [envelope(created, 1)] as never)).toThrow();
  });

  it('knows its group and its events', () => {
    expect(projectionOf(OrderProjection)).toMatchObject({
      processingGroup: 'order-projection',
      eventTypes: ['OrderCreated', 'OrderConfirmed', 'OrderShipped'],
    });
  });
});

it('keeps the names of contracts, whatever the classes are called', () => {
  const renamed = {
    a: class extends eventClass(OrderCreated) {},
    b: class extends eventClass(OrderConfirmed) {},
  };
  expect(domainEvent(new renamed.a({ orderId: 'O1', productId: 'P1' }))).toEqual(created);
  expect(domainEvent(new renamed.b({ orderId: 'O1' }))).toEqual(confirmed);
});
