import { Fault } from '@tidemark/kernel';

/** The fields of drivers' errors that contain only names, not data. */
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
 * An error as the log shows it: its message, its causes, and the fields of our own faults. Drivers also attach the
 * failed row, its parameters or whole documents. These are customers' data, so only the fields with names are kept.
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

/** pino-http passes its own description, which wraps the error. */
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
