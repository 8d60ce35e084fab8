import { HandlerTakenError } from './errors';

type Key = string | symbol;

/** What a decorator says of a method. */
export interface Mark {
  readonly kind: 'command' | 'event sourcing' | 'event';
  /** The class of the message. */
  readonly type: object;
  /** The published name of the message. */
  readonly name: string;
  readonly options: object;
}

export interface Handler extends Mark {
  readonly method: Key;
}

/**
 * Decorates a method that takes at least these arguments. The first signature is that of TypeScript's
 * `experimentalDecorators`, the second that of the standard.
 */
export interface HandlerDecorator<Least extends (...args: never[]) => unknown> {
  <Method extends Least>(target: object, method: Key, descriptor: TypedPropertyDescriptor<Method>): void;
  <Method extends Least>(method: Method, context: ClassMethodDecoratorContext): void;
}

/** The marks of experimental decorators, which get the prototype. */
const ofPrototypes = new WeakMap<object, Handler[]>();
/** The marks of standard decorators, which get the function and not its class. */
const ofFunctions = new WeakMap<object, Mark[]>();

export function handlerDecorator<Least extends (...args: never[]) => unknown>(
  mark: Mark,
): HandlerDecorator<Least> {
  return (target: object, place: Key | ClassMethodDecoratorContext) => {
    const isStandard = typeof place === 'object';
    if (isStandard ? place.static : typeof target === 'function') {
      const method = String(isStandard ? place.name : place);
      throw new TypeError(`the handler ${method} is static: make it a method of the instances`);
    }
    if (isStandard) {
      ofFunctions.set(target, [...(ofFunctions.get(target) ?? []), mark]);
    } else {
      ofPrototypes.set(target, [...(ofPrototypes.get(target) ?? []), { ...mark, method: place }]);
    }
  };
}

/**
 * The handlers of a class and its superclasses, by the name of their message. A method that overrides a handler is the
 * handler.
 *
 * @throws HandlerTakenError
 */
export function handlersOf(
  { name: className, prototype }: { readonly name: string; readonly prototype: object },
  kind: Mark['kind'],
): ReadonlyMap<string, Handler> {
  const byName = new Map<string, Handler>();
  for (const handler of prototypesOf(prototype).flatMap(marksOn)) {
    const known = byName.get(handler.name);
    if (handler.kind === kind && known && known.method !== handler.method) {
      const methods = [String(known.method), String(handler.method)] as const;
      throw new HandlerTakenError(className, handler.name, methods);
    }
    if (handler.kind === kind && !known) {
      byName.set(handler.name, handler);
    }
  }
  return byName;
}

/** From the class's own to that of its last superclass. */
function prototypesOf(prototype: object): object[] {
  const above = Object.getPrototypeOf(prototype) as object | null;
  return above ? [prototype, ...prototypesOf(above)] : [prototype];
}

function marksOn(prototype: object): readonly Handler[] {
  const standard = Reflect.ownKeys(prototype).flatMap((method) => {
    const { value } = Object.getOwnPropertyDescriptor(prototype, method)!;
    const marks = typeof value === 'function' ? (ofFunctions.get(value as object) ?? []) : [];
    return marks.map((mark) => ({ ...mark, method }));
  });
  return [...(ofPrototypes.get(prototype) ?? []), ...standard];
}

/** Calls the method by its name, so that a subclass may override it. */
export function call(instance: object, { method }: Handler, ...args: readonly unknown[]): unknown {
  return (instance as Record<Key, (...args: readonly unknown[]) => unknown>)[method]!(...args);
}
