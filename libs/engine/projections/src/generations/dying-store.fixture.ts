import type { ProjectionStore } from './projection-store';

/** The parts that are made for a group. Making one is no call to the database. */
const factories = new Set<string | symbol>(['feeds', 'group', 'parked', 'fenceFor']);

/** The store of a process that dies after this number of calls to the database. No later call reaches the database. */
export function dyingAfter(calls: number, store: ProjectionStore): ProjectionStore {
  const left = { calls };
  return mortal(store, left);
}

function mortal<Part extends object>(part: Part, left: { calls: number }): Part {
  return new Proxy(part, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name);
      if (typeof found === 'object' && found !== null) {
        return mortal(found, left);
      }
      if (typeof found !== 'function') {
        return found;
      }
      return (...args: unknown[]): unknown => {
        if (factories.has(name)) {
          return mortal(found.apply(target, args) as object, left);
        }
        left.calls -= 1;
        return left.calls < 0
          ? Promise.reject(new Error('the process has died'))
          : (found.apply(target, args) as unknown);
      };
    },
  });
}
