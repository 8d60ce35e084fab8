// A bound for tests that hang, even on a busy machine. Tests wait for conditions, so its length does not slow down a
// passing run.
jest.setTimeout(300_000);
