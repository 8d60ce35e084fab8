import { globalRunner } from './test-runner';

describe('the global functions of a test runner', () => {
  it('are those of Jest here', () => {
    expect(globalRunner().describe).toBe(describe);
  });

  it('are asked for by name if they are missing', () => {
    const some = { describe, it, beforeAll, beforeEach };
    expect(() => globalRunner(some)).toThrow(
      /^afterEach, afterAll are not global: pass the functions of your test runner/,
    );
  });
});
