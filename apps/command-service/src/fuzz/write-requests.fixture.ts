import fc from 'fast-check';
import { valuesOf, type Schema, type ValueSource } from './json-values.fixture';

export interface OpenApiDocument {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly requestBody?: {
              readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
            };
          }
        >
      >
    >
  >;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** These bytes go to the connection as they are, instead of a well-formed request. */
  readonly raw?: Buffer;
}

export interface FuzzOptions {
  readonly document: OpenApiDocument;
  readonly known: ValueSource['known'];
  /** `Authorization` headers, valid and invalid ones. */
  readonly authorizations: readonly string[];
}

/** Requests to every write in the service's OpenAPI document. Most of them are nearly valid. */
export function writeRequests({ document, known, authorizations }: FuzzOptions): fc.Arbitrary<FuzzRequest> {
  const source = { schemas: document.components.schemas, known };
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => path.startsWith('/v1/') && method !== 'get')
      .map(([method, { requestBody }]) =>
        fc.record({
          method: fc.constant(method.toUpperCase()),
          path: paths(path, known),
          headers: headers(authorizations),
          body: bodies(requestBody?.content['application/json']?.schema, source),
        }),
      ),
  );
  const wellFormed = fc.oneof(...operations);
  return fc.oneof(
    { weight: 17, arbitrary: wellFormed },
    {
      weight: 2,
      arbitrary: fc
        .tuple(wellFormed, mutations)
        .map(([request, mutate]) => ({ ...request, body: mutate(request.body) })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(wellFormed, mutations)
        .map(([request, mutate]) => ({ ...request, raw: mutate(bytesOf(request)) })),
    },
  );
}

const oddSegments = [
  '',
  '.',
  '..',
  '%00',
  '%zz',
  '%F0%9F%92%A5',
  '%2e%2e%2f',
  'a%20b',
  '*',
  'x'.repeat(3_000),
  '__proto__',
];

function paths(pattern: string, known: ValueSource['known']): fc.Arbitrary<string> {
  const segments = pattern.split('/').map((segment) => {
    const [, parameter] = /^\{(\w+)\}$/.exec(segment) ?? [];
    if (parameter === undefined) {
      return fc.constant(segment);
    }
    const name = parameter === 'id' ? (idNames[pattern.split('/')[2]!] ?? 'orderId') : parameter;
    return fc.oneof(
      { weight: 30, arbitrary: fc.constantFrom(...known[name]!) },
      { weight: 1, arbitrary: fc.uuid() },
      { weight: 1, arbitrary: fc.constantFrom(...oddSegments) },
    );
  });
  const queries = fc.oneof(
    { weight: 40, arbitrary: fc.constant('') },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '?',
        '?a=1',
        '?a=1&a=2',
        '?__proto__=1',
        '?%00',
        '?a[b]=c',
        `?${'a'.repeat(2_000)}`,
      ),
    },
  );
  return fc.tuple(fc.tuple(...segments), queries).map(([parts, query]) => parts.join('/') + query);
}

/** The aggregate that `{id}` names, by collection. */
const idNames: Readonly<Record<string, string>> = { customers: 'customerId', products: 'productId' };

function headers(authorizations: readonly string[]): fc.Arbitrary<Record<string, string>> {
  const mostly = (right: fc.Arbitrary<string>, ...odd: readonly string[]) =>
    fc.oneof({ weight: 40, arbitrary: right }, { weight: 1, arbitrary: fc.constantFrom(...odd) });
  return fc
    .record(
      {
        authorization: fc.constantFrom(...authorizations),
        'idempotency-key': fc.oneof(
          { weight: 40, arbitrary: fc.uuid() },
          { weight: 1, arbitrary: fc.constantFrom('k1', 'k2', 'k3') },
          { weight: 1, arbitrary: fc.constantFrom('', 'a b', 'k'.repeat(129), 'ä', 'a,b') },
        ),
        'content-type': mostly(
          fc.constant('application/json'),
          ...[
            'text/plain',
            'application/xml',
            'application/json; charset=utf-8',
            'application/json;',
            '/',
            'multipart/form-data; boundary=x',
          ],
        ),
        'if-match': fc.oneof(
          { weight: 20, arbitrary: fc.constant(undefined) },
          fc.integer({ min: 1, max: 6 }).map((version) => `"${version}"`),
          fc.constantFrom('*', '1', '""', 'W/"1"', '"99999999999999999999"'),
        ),
        'x-correlation-id': mostly(fc.uuid(), 'a b', 'c'.repeat(129), 'ü'),
        traceparent: fc.constantFrom(
          '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
          '00-0-0-0',
          '',
        ),
        'user-agent': fc.string({
          unit: fc
            .integer({ min: 0x20, max: 0xff })
            .map((code) => (code === 0x7f ? ' ' : String.fromCharCode(code))),
          maxLength: 400,
        }),
        'x-forwarded-for': fc.constantFrom('192.0.2.1', 'unknown', '::1', '1.1.1.1, 2.2.2.2', ' '),
      },
      { requiredKeys: ['authorization', 'idempotency-key', 'content-type'] },
    )
    .map(
      (all) =>
        Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<
          string,
          string
        >,
    );
}

function bodies(schema: Schema | undefined, source: ValueSource): fc.Arbitrary<Buffer> {
  return schema === undefined
    ? fc
        .constantFrom(...Array<string>(30).fill(''), '{}', '{"force":true}', 'null')
        .map((text) => Buffer.from(text))
    : valuesOf(schema, source).map((value) => Buffer.from(JSON.stringify(value) ?? ''));
}

type Mutate = (bytes: Buffer) => Buffer;

const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** Flips, cuts, repeats and inserts bytes, and replaces numbers by ones that JavaScript can't represent. */
const mutations: fc.Arbitrary<Mutate> = fc
  .array(
    fc.oneof<fc.Arbitrary<Mutate>[]>(
      fc.tuple(at, fc.nat(255)).map(([where, byte]) => (bytes) => {
        const copy = Buffer.from(bytes);
        copy[Math.floor(where * copy.length)] = byte;
        return copy;
      }),
      fc.tuple(at, fc.uint8Array({ maxLength: 16 })).map(([where, more]) => (bytes) => {
        const index = Math.floor(where * bytes.length);
        return Buffer.concat([bytes.subarray(0, index), more, bytes.subarray(index)]);
      }),
      at.map((where) => (bytes) => bytes.subarray(0, Math.floor(where * bytes.length))),
      fc.tuple(at, at).map(
        ([from, to]) =>
          (bytes) =>
            Buffer.concat([
              bytes,
              bytes.subarray(
                Math.floor(Math.min(from, to) * bytes.length),
                Math.floor(Math.max(from, to) * bytes.length),
              ),
            ]),
      ),
      fc
        .constantFrom(
          '1e400',
          '-1e400',
          '9007199254740993',
          '0x10',
          '01',
          '1.',
          'NaN',
          '[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]',
        )
        .map((number) => (bytes) => Buffer.from(bytes.toString('latin1').replace(/\d+/, number), 'latin1')),
      fc
        .integer({ min: 10, max: 40_000 })
        .map((depth) => () => Buffer.from('['.repeat(depth) + ']'.repeat(depth))),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((all) => (bytes) => all.reduce((mutated, mutate) => mutate(mutated), bytes));

function bytesOf({ method, path, headers, body }: FuzzRequest): Buffer {
  const lines = Object.entries({
    host: 'fuzz',
    connection: 'close',
    'content-length': String(body.length),
    ...headers,
  });
  const head = `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}
