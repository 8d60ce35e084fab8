/** A copy of the object with some methods replaced; the original stays as it is. */
export function overrideMethods<Port extends object>(port: Port, methods: Partial<Port>): Port {
  return Object.assign(Object.create(port) as Port, methods);
}
