import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCommandService, type TestCommandService } from '../testing/command-service.fixture';
import { codesOf } from '../testing/documented-answers.fixture';
import { writesIn } from '../testing/routes.fixture';
import { writeRoutesOf } from '../testing/write-routes/write-routes.fixture';

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly example?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, Answer>>;
}

interface Answer {
  readonly description: string;
  readonly content?: Readonly<
    Record<string, { readonly examples?: Readonly<Record<string, { readonly value: unknown }>> }>
  >;
}

interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

let service: TestCommandService;
let document: OpenApiDocument;
let operations: readonly (readonly [route: string, operation: Operation])[];

beforeAll(async () => {
  service = await startCommandService();
  document = (await service.request('GET', '/openapi.json', { token: null })).body as OpenApiDocument;
  operations = writesIn(service.routes).map(({ method, url }) => {
    const path = url.replace(/:(\w+)/g, '{$1}');
    return [`${method} ${url}`, document.paths[path]![method.toLowerCase()]!] as const;
  });
});
afterAll(() => service.stop());

const general = {
  400: [
    'validation_failed',
    'unknown_field',
    'malformed_json',
    'too_many_values',
    'idempotency_key_required',
  ],
  401: ['unauthenticated'],
  403: ['forbidden'],
  409: ['concurrent_modification', 'command_in_progress'],
  413: ['payload_too_large'],
  415: ['unsupported_media_type'],
  422: ['idempotency_key_reused'],
  429: ['rate_limited'],
  500: ['internal_error'],
  503: ['store_unavailable', 'identity_provider_unavailable', 'shutting_down'],
} as const;

test('every write documents its success and every refusal, by status and code', () => {
  const table = writeRoutesOf(service);
  const undocumented = operations.flatMap(([route, { responses }]) => {
    const { status, missing, codes } = table[route]!;
    const expected = [
      ...Object.entries(general),
      ...Object.entries(codes),
      ...(missing ? [['412', ['version_mismatch']] as const] : []),
    ].flatMap(([key, list]) => list.map((code) => [key, code] as const));
    return [
      ...(responses[status] ? [] : [`${route}: ${status}`]),
      ...expected
        .filter(([key, code]) => !(responses[key] && codesOf(responses[key]).includes(code)))
        .map(([key, code]) => `${route}: ${key} ${code}`),
    ];
  });
  expect(undocumented).toEqual([]);
});

test('no write documents a refusal by the domain that it never returns', () => {
  const table = writeRoutesOf(service);
  for (const [route, { responses }] of operations) {
    for (const status of [404, 409, 422] as const) {
      const { [status]: codes = [] } = table[route]!.codes;
      const documented = responses[status] ? codesOf(responses[status]) : [];
      expect([route, ...documented.sort()]).toEqual([
        route,
        ...[...(status === 404 ? [] : general[status]), ...codes].sort(),
      ]);
    }
  }
});

test('every refusal that is documented has an example', () => {
  for (const [, { responses }] of operations) {
    for (const [status, response] of Object.entries(responses).filter(([key]) => Number(key) >= 400)) {
      const { examples = {} } = response.content!['application/problem+json']!;
      expect(Object.keys(examples).sort()).toEqual(codesOf(response).sort());
      for (const [code, { value }] of Object.entries(examples)) {
        expect(value).toMatchObject({ type: `urn:tidemark:problem:${code}`, status: Number(status), code });
      }
    }
  }
});

test('every write documents its headers and its purpose', () => {
  for (const [route, { summary, parameters = [] }] of operations) {
    const required = parameters.filter((p) => p.in === 'header' && p.required).map(({ name }) => name);
    expect([route, ...required]).toEqual([route, 'Idempotency-Key']);
    expect(summary).toMatch(/^[A-Z][a-z]/);
  }
});

test('every field of every body has an example', () => {
  const seen = new Map<string, Schema>();
  const visit = (schema: Schema | undefined): void => {
    for (const [, name] of JSON.stringify(schema ?? {}).matchAll(/#\/components\/schemas\/(\w+)/g)) {
      if (!seen.has(name!)) {
        seen.set(name!, document.components.schemas[name!]!);
        visit(document.components.schemas[name!]);
      }
    }
  };
  operations.forEach(([, { requestBody }]) => visit(requestBody?.content['application/json']?.schema));
  const bare = [...seen].flatMap(([name, { properties = {} }]) =>
    Object.entries(properties)
      .filter(
        ([, field]) => field.example === undefined && !field.enum && !/"\$ref"/.test(JSON.stringify(field)),
      )
      .map(([field]) => `${name}.${field}`),
  );
  expect(seen.size).toBeGreaterThan(10);
  expect(bare).toEqual([]);
});

test('equals the committed openapi.json, which is written if it is missing', () => {
  // `npm run -s client:types` makes the types of the client from it.
  const committed = join(__dirname, '../../openapi.json');
  const actual = `${JSON.stringify(document, undefined, 2)}\n`;
  if (!existsSync(committed)) {
    writeFileSync(committed, actual);
    throw new Error(`wrote ${committed}; look at it, and commit it`);
  }
  expect(actual).toBe(readFileSync(committed, 'utf8'));
});
