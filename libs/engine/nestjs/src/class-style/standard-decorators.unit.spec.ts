import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { transpileModule, ModuleKind, ScriptTarget } from 'typescript';
import type { aggregateOf, domainEvent, projectionOf } from './index';
import * as classStyle from './index';
import * as events from './order-events.fixture';
import type {
  ConfirmOrderCommand,
  OrderAggregate,
  OrderCreatedEvent,
  OrderProjection,
} from './order-classes.fixture';

interface Compiled {
  readonly OrderAggregate: typeof OrderAggregate;
  readonly OrderProjection: typeof OrderProjection;
  readonly OrderCreatedEvent: typeof OrderCreatedEvent;
  readonly ConfirmOrderCommand: typeof ConfirmOrderCommand;
}

/** The sample as TypeScript compiles it without `experimentalDecorators`. */
function withStandardDecorators(): Compiled {
  const { outputText } = transpileModule(readFileSync(join(__dirname, 'order-classes.fixture.ts'), 'utf8'), {
    compilerOptions: {
      module: ModuleKind.CommonJS,
      target: ScriptTarget.ES2022,
      experimentalDecorators: false,
    },
  });
  const own: Readonly<Record<string, unknown>> = { './index': classStyle, './order-events.fixture': events };
  const require = createRequire(__filename);
  const exports = {};
  new Function('exports', 'require', outputText)(exports, (name: string) => own[name] ?? require(name));
  return exports as Compiled;
}

it('decorates as the standard says, too', () => {
  const compiled = withStandardDecorators();
  const aggregate: ReturnType<typeof aggregateOf> = classStyle.aggregateOf(compiled.OrderAggregate);
  const created: ReturnType<typeof domainEvent> = classStyle.domainEvent(
    new compiled.OrderCreatedEvent({ orderId: 'O1', productId: 'P1' }),
  );
  const state = aggregate.evolve(aggregate.initial, created);
  expect(state).toEqual({ orderId: 'O1', isConfirmed: false });
  expect(aggregate.decide(new compiled.ConfirmOrderCommand({ orderId: 'O1' }))(state)).toEqual({
    outcome: 'accepted',
    events: [{ type: 'OrderConfirmed', data: { orderId: 'O1' } }],
  });
  const projection: ReturnType<typeof projectionOf> = classStyle.projectionOf(compiled.OrderProjection);
  expect(projection.eventTypes).toEqual(['OrderCreated', 'OrderConfirmed', 'OrderShipped']);
});
