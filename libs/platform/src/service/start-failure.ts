import { Fault } from '@tidemark/kernel';

/** Why a service can't start, in one line. Faults of the configuration follow, one per line. */
export function startFailure(error: unknown): string {
  if (error instanceof Fault && error.code === 'invalid_configuration') {
    return `the configuration is not valid\n${error.message}`;
  }
  if (!(error instanceof Error)) {
    return String(error);
  }
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') {
    return `port ${port} is in use`;
  }
  if (code === 'EACCES' && port !== undefined) {
    return `the user of this process may not listen on port ${port}`;
  }
  return oneLine(reasonOf(error));
}

/** A refused connection to `localhost` is an AggregateError without a message of its own. */
function reasonOf(error: Error): string {
  const inner = error instanceof AggregateError ? (error.errors as unknown[])[0] : error.cause;
  const reason = inner instanceof Error && inner.message !== error.message ? reasonOf(inner) : '';
  return [error.message, reason].filter(Boolean).join(': ') || error.name;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ');
}
