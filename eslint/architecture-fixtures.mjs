/**
 * Lints code that breaks each architecture rule, and similar code that is allowed, as if it were in the project that
 * the rule is about. Prints the rules that fired, as JSON, for `architecture.unit.spec.ts`.
 */
import { ESLint } from 'eslint';

const imports = (specifier) => `import { thing } from '${specifier}';\nexport const used = thing;\n`;

/** [name, file, code, the rule that must fire; none if the code is allowed] */
const fixtures = [
  [
    'a domain imports another that is not upstream',
    'libs/domain/customers/src/x.ts',
    imports('@tidemark/ordering'),
    '@nx/enforce-module-boundaries',
  ],
  [
    'a domain lib imports another domain lib',
    'libs/domain/ordering/src/x.ts',
    imports('@tidemark/customers'),
  ],
  [
    'the kernel imports a lib',
    'libs/engine/kernel/src/x.ts',
    imports('@tidemark/messaging'),
    '@nx/enforce-module-boundaries',
  ],
  [
    'the event store imports messaging',
    'libs/engine/event-store/src/x.ts',
    imports('@tidemark/messaging'),
    '@nx/enforce-module-boundaries',
  ],
  [
    'the event store imports Nest',
    'libs/engine/event-store/src/x.ts',
    imports('@nestjs/common'),
    '@typescript-eslint/no-restricted-imports',
  ],
  [
    'the Nest module of the event store imports Nest',
    'libs/engine/event-store/src/nestjs/x.ts',
    imports('@nestjs/common'),
  ],
  ...['@nestjs/common', '@tidemark/platform', '@tidemark/event-store/nestjs'].map((imported) => [
    `read models import ${imported}`,
    'libs/read-models/src/x.ts',
    imports(imported),
    '@typescript-eslint/no-restricted-imports',
  ]),
  [
    'the generators import a lib',
    'libs/engine/nx/src/x.ts',
    imports('@tidemark/kernel'),
    '@nx/enforce-module-boundaries',
  ],
  [
    'what creates a project imports the generators',
    'libs/engine/create-tidemark/src/x.ts',
    imports('@tidemark/nx'),
  ],
  [
    'the client imports a lib',
    'libs/client/src/x.ts',
    imports('@tidemark/contracts'),
    '@nx/enforce-module-boundaries',
  ],
  [
    'the command line imports the test library',
    'libs/cli/src/x.ts',
    imports('@tidemark/test-servers'),
    '@typescript-eslint/no-restricted-imports',
  ],
  ['the command line imports the client', 'libs/cli/src/x.ts', imports('@tidemark/client')],
  [
    'tracing imports messaging',
    'libs/engine/tracing/src/x.ts',
    imports('@tidemark/messaging'),
    '@nx/enforce-module-boundaries',
  ],
  ['messaging imports tracing', 'libs/engine/messaging/src/x.ts', imports('@tidemark/tracing')],
  [
    'mongodb imports projections',
    'libs/engine/mongodb/src/x.ts',
    imports('@tidemark/projections'),
    '@nx/enforce-module-boundaries',
  ],
  [
    'messaging imports the event store',
    'libs/engine/messaging/src/x.ts',
    imports('@tidemark/event-store'),
    '@nx/enforce-module-boundaries',
  ],
  [
    'a fault test of messaging imports the event store',
    'libs/engine/messaging/src/faults/x.fixture.ts',
    imports('@tidemark/event-store'),
  ],
  [
    'a fault test of messaging imports projections',
    'libs/engine/messaging/src/faults/x.fixture.ts',
    imports('@tidemark/projections'),
    '@nx/enforce-module-boundaries',
  ],
  [
    'projections import read models',
    'libs/engine/projections/src/x.ts',
    imports('@tidemark/read-models'),
    '@nx/enforce-module-boundaries',
  ],
  [
    'the Nest module of the engine imports the platform',
    'libs/engine/nestjs/src/x.ts',
    imports('@tidemark/platform'),
    '@nx/enforce-module-boundaries',
  ],
  [
    'the Nest module of the engine imports contracts',
    'libs/engine/nestjs/src/x.ts',
    imports('@tidemark/contracts'),
    '@nx/enforce-module-boundaries',
  ],
  [
    'the Nest module of the engine imports projections',
    'libs/engine/nestjs/src/x.ts',
    imports('@tidemark/projections'),
  ],
  [
    'the query service imports messaging',
    'apps/query-service/src/x.ts',
    imports('@tidemark/messaging'),
    '@nx/enforce-module-boundaries',
  ],
  [
    'the command service imports read models',
    'apps/command-service/src/x.ts',
    imports('@tidemark/read-models'),
    '@nx/enforce-module-boundaries',
  ],
  [
    'the projection service imports the payment provider',
    'apps/projection-service/src/x.ts',
    imports('@tidemark/payment-provider'),
    '@nx/enforce-module-boundaries',
  ],
  [
    'the process manager imports read models',
    'apps/process-manager/src/x.ts',
    imports('@tidemark/read-models'),
    '@nx/enforce-module-boundaries',
  ],
  [
    'the command service imports the event store',
    'apps/command-service/src/x.ts',
    imports('@tidemark/event-store'),
  ],
  [
    'a lib imports what its package.json does not name',
    'libs/engine/postgres/src/x.ts',
    imports('mongodb'),
    '@nx/enforce-module-boundaries',
  ],
  [
    'a lib reaches into another by a relative path',
    'libs/domain/ordering/src/x.ts',
    imports('../../customers/src/customer-id'),
    '@nx/enforce-module-boundaries',
  ],
  [
    'a domain imports a framework',
    'libs/domain/ordering/src/x.ts',
    imports('@nestjs/common'),
    'no-restricted-imports',
  ],
  ['a domain imports a driver', 'libs/domain/inventory/src/x.ts', imports('pg'), 'no-restricted-imports'],
  [
    'a domain imports a node module',
    'libs/domain/payments/src/x.ts',
    imports('node:crypto'),
    'no-restricted-imports',
  ],
  [
    'a domain imports a node module by its old name',
    'libs/domain/payments/src/x.ts',
    imports('crypto'),
    'no-restricted-imports',
  ],
  ['a domain imports zod', 'libs/domain/shipping/src/x.ts', imports('zod')],
  [
    'a domain looks at the clock',
    'libs/domain/ordering/src/x.ts',
    'export const now = new Date();',
    'no-restricted-syntax',
  ],
  [
    'a domain asks for the time',
    'libs/domain/ordering/src/x.ts',
    'export const now = Date.now();',
    'no-restricted-syntax',
  ],
  [
    'a domain parses a given time',
    'libs/domain/ordering/src/x.ts',
    'export const at = (text: string) => new Date(text);',
  ],
  [
    'a domain rolls dice',
    'libs/domain/ordering/src/x.ts',
    'export const dice = Math.random();',
    'no-restricted-syntax',
  ],
  [
    'a domain makes an id',
    'libs/domain/ordering/src/x.ts',
    'export const id = crypto.randomUUID();',
    'no-restricted-globals',
  ],
  [
    'a domain reads its environment',
    'libs/domain/ordering/src/x.ts',
    'export const env = process.env;',
    'no-restricted-globals',
  ],
  [
    'a domain decorates',
    'libs/domain/ordering/src/x.ts',
    'declare const d: ClassDecorator;\n@d\nexport class X {}',
    'no-restricted-syntax',
  ],
  [
    'the engine names a type of stream',
    'libs/engine/messaging/src/x.ts',
    "export const streamTypes = ['Order'];",
    'tidemark/engine-has-no-word-of-the-domain',
  ],
  [
    'the engine names a consumer group of the domain',
    'libs/engine/messaging/src/x.ts',
    "export const groups = ['fulfilment'];",
    'tidemark/engine-has-no-word-of-the-domain',
  ],
  [
    'the engine names a state of a fulfilment',
    'libs/engine/process-manager/src/x.ts',
    "export const ended = 'FULFILLED';",
    'tidemark/engine-has-no-word-of-the-domain',
  ],
  [
    'the engine knows a refusal of the domain',
    'libs/engine/event-store/src/x.ts',
    "export const code = 'order_not_pending_payment';",
    'tidemark/engine-has-no-word-of-the-domain',
  ],
  [
    'the engine names something of an order',
    'libs/engine/projections/src/x.ts',
    'export const of = (order: { orderId: string }) => order.orderId;',
    'tidemark/engine-has-no-word-of-the-domain',
  ],
  [
    'a comment of the engine names a customer',
    'libs/engine/kernel/src/x.ts',
    "// A customer's orders come from several streams.\nexport const x = 1;",
    'tidemark/engine-has-no-word-of-the-domain',
  ],
  [
    'a comment of the engine names the order of a sequence',
    'libs/engine/messaging/src/x.ts',
    '// The order of the positions.\nexport const inOrder = (a: number[]) => a.sort();',
  ],
  [
    'a test of the engine takes an example from the domain',
    'libs/engine/messaging/src/x.unit.spec.ts',
    "export const streamType = 'Order';",
  ],
  [
    'a lib reads the environment',
    'libs/engine/messaging/src/x.ts',
    'export const url = process.env.AMQP_URL;',
    'no-restricted-properties',
  ],
  [
    "an app's configuration reads the environment",
    'apps/query-service/src/main.ts',
    'export const url = process.env.AMQP_URL;',
  ],
  [
    'production code imports test code',
    'libs/engine/messaging/src/x.ts',
    imports('@tidemark/test-servers'),
    '@typescript-eslint/no-restricted-imports',
  ],
  [
    'production code imports what users test with',
    'apps/query-service/src/x.ts',
    imports('@tidemark/testing'),
    '@typescript-eslint/no-restricted-imports',
  ],
  [
    'the interleavings of commands look into the read models',
    'apps/command-service/src/interleavings/x.fixture.ts',
    imports('projection-service/projections'),
  ],
  [
    'another test of commands looks into the read models',
    'apps/command-service/src/testing/x.fixture.ts',
    imports('projection-service/projections'),
    '@nx/enforce-module-boundaries',
  ],
  [
    'the books use code of the system',
    'apps/process-manager/src/books/x.fixture.ts',
    imports('@tidemark/contracts'),
    '@typescript-eslint/no-restricted-imports',
  ],
  [
    'the books look into the fulfilment',
    'apps/process-manager/src/books/x.fixture.ts',
    "import type { Fulfilment } from '../order-fulfilment/fulfilment';\nexport type Used = Fulfilment;\n",
    '@typescript-eslint/no-restricted-imports',
  ],
  [
    'the books know the event contracts',
    'apps/process-manager/src/books/x.fixture.ts',
    "import type { TidemarkEvent } from '@tidemark/contracts';\nexport type Used = TidemarkEvent;\n",
  ],
  ['a test imports test code', 'libs/engine/messaging/src/x.unit.spec.ts', imports('@tidemark/test-servers')],
  [
    'a module exports everything',
    'libs/engine/messaging/src/x.ts',
    "export * from './errors';",
    'no-restricted-syntax',
  ],
  [
    'a module has a default export',
    'apps/query-service/src/x.ts',
    'export default 1;',
    'no-restricted-syntax',
  ],
  [
    'a payment is charged by a decision that is made on old state',
    'apps/command-service/src/x.ts',
    `import type { PaymentProvider } from '@tidemark/payments';
export class X {
  executor!: { execute(decide: () => unknown): unknown };
  provider!: PaymentProvider;
  pay() { return this.executor.execute(() => this.provider); }
}`,
    'no-restricted-syntax',
  ],
  [
    'a payment is charged by a decision that is made once',
    'apps/command-service/src/x.ts',
    `import type { PaymentProvider } from '@tidemark/payments';
export class X {
  executor!: { executeAsking(decide: () => unknown): unknown };
  provider!: PaymentProvider;
  pay() { return this.executor.executeAsking(() => this.provider); }
}`,
  ],
  [
    'a read model is written beside the runner',
    'apps/projection-service/src/x.ts',
    'export const heal = (orders, id) => orders.updateOne({ _id: id }, { $set: { status: 1 } });',
    'no-restricted-properties',
  ],
  [
    'a query reads a read model',
    'apps/query-service/src/x.ts',
    'export const find = (orders, id) => orders.findOne({ _id: id });',
  ],
  ['a lib writes to the console', 'libs/engine/messaging/src/x.ts', "console.log('x');", 'no-console'],
  [
    'a comment passes 120 columns',
    'libs/engine/messaging/src/x.ts',
    `// ${'word '.repeat(30)}\nexport const x = 1;`,
    'max-len',
  ],
  [
    'a comment has 120 columns',
    'libs/engine/messaging/src/x.ts',
    `// ${'x'.repeat(117)}\nexport const x = 1;`,
  ],
  [
    'a file passes 250 lines',
    'libs/engine/messaging/src/x.ts',
    'export const x = [\n' + '  1,\n'.repeat(250) + '];',
    'max-lines',
  ],
];

const eslint = new ESLint();
const outcomes = [];
for (const [what, filePath, code, expected] of fixtures) {
  const [result] = await eslint.lintText(code, { filePath });
  outcomes.push({
    what,
    expected: expected ?? null,
    fired: [...new Set(result.messages.map((m) => m.ruleId))],
  });
}
process.stdout.write(JSON.stringify(outcomes));
