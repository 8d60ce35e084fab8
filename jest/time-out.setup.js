// A bound for tests that hang, even on a busy machine. Tests wait for conditions, so its length costs a green run
// nothing.
jest.setTimeout(300_000);
