import { Secret } from './secret';

/** The secrets of a configuration, at any depth, each once. */
export function secretsIn(config: unknown): ReadonlySet<Secret<unknown>> {
  return new Set(everySecretIn(config));
}

function everySecretIn(value: unknown): readonly Secret<unknown>[] {
  if (value instanceof Secret) {
    return [value];
  }
  return isPlain(value) ? Object.values(value).flatMap(everySecretIn) : [];
}

function isPlain(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype)
  );
}
