/** The same object with some methods of its own; the others, and what they call, are the original's. */
export function overrideMethods<Port extends object>(port: Port, methods: Partial<Port>): Port {
  return Object.assign(Object.create(port) as Port, methods);
}
