import { Fault } from '@tidemark/kernel';

/** What drivers say about an error beside its message that names things and not their content. */
const namingFields = [
  'code',
  'errno',
  'syscall',
  'address',
  'port',
  'schema',
  'table',
  'column',
  'constraint',
];

/**
 * What a log says of an error: its message and its causes, what a fault of ours says of itself, and of what others attach
 * only the names of things. Drivers attach the row that failed, the statement's parameters or whole documents: the
 * customers' data.
 */
export function describeError(value: unknown): unknown {
  const error = originalOf(value);
  if (!(error instanceof Error)) {
    return typeof error === 'object' && error !== null
      ? pick(error, ['name', 'message', 'code'])
      : { message: String(error) };
  }
  return {
    type: error.constructor.name,
    message: error.message,
    ...pick(
      error,
      error instanceof Fault ? Object.keys(error).filter((key) => key !== 'name') : namingFields,
    ),
    stack: error.stack,
    ...(error.cause !== undefined && { cause: describeError(error.cause) }),
    ...(error instanceof AggregateError && { errors: (error.errors as unknown[]).map(describeError) }),
  };
}

/** pino-http gives its own description first, with the error behind it. */
function originalOf(value: unknown): unknown {
  const { raw } = (value ?? {}) as { raw?: unknown };
  return raw instanceof Error ? raw : value;
}

function pick(source: object, names: readonly string[]): Record<string, unknown> {
  const fields = source as Record<string, unknown>;
  const scalars = names.filter((name) =>
    ['string', 'number', 'bigint', 'boolean'].includes(typeof fields[name]),
  );
  return Object.fromEntries(scalars.map((name) => [name, fields[name]]));
}
