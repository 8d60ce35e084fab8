import fc from 'fast-check';
import type { FuzzRequest } from './write-requests.fixture';

/** In characters. A larger body is refused unread. */
const LARGE = 40_000;
/** Parts that are repeated hundreds of times are at most this large. */
const MAX_REPEATED = 300;

type Container = unknown[] | Record<string, unknown>;

/**
 * Variations of requests that are known to be costly: each way to make a request larger, applied to its present
 * content.
 */
export function mutantsOf(costly: readonly FuzzRequest[]): fc.Arbitrary<FuzzRequest> {
  return fc
    .tuple(
      fc.constantFrom(...costly),
      fc.constantFrom(...costly),
      fc.array(growth, { minLength: 1, maxLength: 3 }),
      larger,
    )
    .map(([request, other, growths, enlarge]) => {
      const body = bodyOf(request);
      for (const grow of growths) {
        if (JSON.stringify(body).length < LARGE) {
          grow(body, bodyOf(other));
        }
      }
      return enlarge({ ...request, body: Buffer.from(JSON.stringify(body)) });
    });
}

const [OPENING_BRACKET, OPENING_BRACE] = Buffer.from('[{');
/** The service refuses a deeper body unread, and this code could not walk it recursively. */
const MAX_CONTAINERS = 1_000;

function bodyOf({ body }: FuzzRequest): Container {
  const containers = body.filter((byte) => byte === OPENING_BRACKET || byte === OPENING_BRACE).length;
  if (containers > MAX_CONTAINERS) {
    return {};
  }
  try {
    const parsed = JSON.parse(body.toString()) as unknown;
    return typeof parsed === 'object' && parsed !== null ? (parsed as Container) : {};
  } catch {
    return {};
  }
}

type Grow = (body: Container, other: Container) => void;

const place = fc.nat(1_000);
const amount = fc.constantFrom(2, 5, 10, 20, 50, 100, 240, 490);
const element = fc.constantFrom<unknown>(
  1,
  null,
  '',
  {},
  [],
  [[[]]],
  '\ud800',
  '💥',
  { a: {} },
  { quantity: 0 },
);

const growth: fc.Arbitrary<Grow> = fc.oneof(
  fc.tuple(place, amount, element).map(([where, count, value]): Grow => (body) => {
    const container = containerAt(body, where);
    for (let n = 0; n < count; n += 1) {
      add(container, `f${n}`, value);
    }
  }),
  fc.tuple(place, amount).map(([where, count]): Grow => (body) => {
    const container = containerAt(body, where);
    const [first] = Object.values(container).filter((value) => JSON.stringify(value).length < MAX_REPEATED);
    for (let n = 0; n < count; n += 1) {
      add(container, `g${n}`, first ?? {});
    }
  }),
  fc
    .tuple(
      place,
      fc.constantFrom(100, 1_000, 5_000, 25_000),
      fc.constantFrom(' ', 'a', 'ä', '\u0007', '9', '.'),
    )
    .map(([where, length, character]): Grow => (body) => {
      const container = containerAt(body, where);
      const names = Object.keys(container);
      set(container, names[where % Math.max(1, names.length)] ?? 'text', character.repeat(length));
    }),
  fc.tuple(place, fc.integer({ min: 2, max: 15 })).map(([where, depth]): Grow => (body) => {
    let value: unknown = null;
    for (let n = 0; n < depth; n += 1) {
      value = { ['n'.repeat(500)]: value };
    }
    add(containerAt(body, where), 'deep', value);
  }),
  place.map((where): Grow => (body, other) => {
    add(containerAt(body, where), 'other', containerAt(other, where));
  }),
);

/** A random container in the body, or the body itself. */
function containerAt(body: Container, where: number): Container {
  const containers: Container[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === 'object' && value !== null) {
      containers.push(value as Container);
      Object.values(value).forEach(visit);
    }
  };
  visit(body);
  return containers[where % containers.length]!;
}

function add(container: Container, name: string, value: unknown): void {
  const own = structuredClone(value);
  if (Array.isArray(container)) {
    container.push(own);
  } else {
    container[name] = own;
  }
}

function set(container: Container, name: string, value: unknown): void {
  (container as Record<string, unknown>)[name] = value;
}

/** Large parts other than the body. */
const larger: fc.Arbitrary<(request: FuzzRequest) => FuzzRequest> = fc.oneof(
  { weight: 8, arbitrary: fc.constant((request: FuzzRequest) => request) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('a&', 'a=%41&', '%00').map((text) => (request: FuzzRequest) => ({
      ...request,
      path: `${request.path.split('?', 1)[0]}?${text.repeat(2_000)}`,
    })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(100, 800).map((count) => (request: FuzzRequest) => ({
      ...request,
      headers: {
        ...request.headers,
        ...Object.fromEntries(Array.from({ length: count }, (_, n) => [`x-${n}`, 'a'])),
      },
    })),
  },
);
