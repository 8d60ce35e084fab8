import {
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
  type KeyLike,
} from 'jose';

const TIMEOUT_MS = 3_000;
const MAX_BYTES = 1_000_000;
/** For a token with an unknown key id, the keys are fetched again only if they are older than this. */
const MIN_AGE_MS = 30_000;
/** The keys are fetched again when they are older than this. */
const MAX_AGE_MS = 600_000;
/** After a failure, the provider is not asked again for this long, whatever tokens arrive. */
export const PAUSE_AFTER_FAILURE_MS = 5_000;

type Keys = ReturnType<typeof createLocalJWKSet>;

/** The provider did not return its keys. The token may still be valid. */
export class KeysUnavailableError extends Error {
  constructor(options: { readonly cause: unknown }) {
    super('could not fetch the keys of the identity provider', options);
  }
}

/**
 * The identity provider's key set. It is fetched when it is first needed, at most every 30 s for an unknown key id, and
 * again after ten minutes. Tokens can't make it ask more often, even while the provider fails. A fetch takes at most 3
 * s and 1 MB, and follows no redirect.
 *
 * The remote set of jose bounds neither the time nor the size of an answer, and it asks a failing provider for every
 * token.
 */
export class RemoteKeys {
  private keys: Keys | undefined;
  private fetchedAtMs = -Infinity;
  private failure: { readonly error: KeysUnavailableError; readonly atMs: number } | undefined;
  private fetching: Promise<Keys> | undefined;

  constructor(private readonly url: URL) {}

  /** @throws KeysUnavailableError, and JOSEError when the set has no such key */
  async keyOf(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<KeyLike> {
    const keys = this.keys && this.ageMs() < MAX_AGE_MS ? this.keys : await this.refreshed();
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || this.ageMs() < MIN_AGE_MS) {
        throw error;
      }
      return (await this.refreshed())(header, token);
    }
  }

  private ageMs(): number {
    return Date.now() - this.fetchedAtMs;
  }

  /** All callers that wait share one fetch. */
  private refreshed(): Promise<Keys> {
    if (this.failure && Date.now() - this.failure.atMs < PAUSE_AFTER_FAILURE_MS) {
      return Promise.reject(this.failure.error);
    }
    this.fetching ??= this.fetchKeys().finally(() => (this.fetching = undefined));
    return this.fetching;
  }

  private async fetchKeys(): Promise<Keys> {
    try {
      const keys = createLocalJWKSet(await fetchJson(this.url));
      [this.keys, this.fetchedAtMs, this.failure] = [keys, Date.now(), undefined];
      return keys;
    } catch (cause) {
      const error = new KeysUnavailableError({ cause });
      this.failure = { error, atMs: Date.now() };
      throw error;
    }
  }
}

async function fetchJson(url: URL): Promise<JSONWebKeySet> {
  const answer = await fetch(url, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!answer.ok) {
    await answer.body?.cancel();
    throw new Error(`status ${answer.status}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > MAX_BYTES) {
      throw new Error(`more than ${MAX_BYTES} bytes`);
    }
  }
  return JSON.parse(Buffer.concat(chunks).toString()) as JSONWebKeySet;
}
