// For what hangs, on a machine that does much else beside. Tests wait for conditions, so the length costs a green run
// nothing.
jest.setTimeout(300_000);
