// The time limit for tests that hang. It is long enough for a busy machine. Tests wait for conditions, so a long limit
// does not slow down a passing run.
jest.setTimeout(300_000);
