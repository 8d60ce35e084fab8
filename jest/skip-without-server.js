const { TestEnvironment } = require('jest-environment-node');

/**
 * Skips the tests that ask for a server which this test run does not have: they ended with `MissingServerError` of
 * `@tidemark/test-servers`. If `beforeAll` asked, all tests of its block are skipped. So no list says which tests need
 * which server, and a run with all servers skips none.
 */
class SkipWithoutServer extends TestEnvironment {
  /** The blocks of which no test runs. */
  skipped = new Set();

  handleTestEvent(event, state) {
    if (event.name === 'hook_failure' && event.hook.type === 'beforeAll' && lacksServer(event.error)) {
      this.skip(event.describeBlock);
    } else if (event.name === 'hook_failure' && this.skipped.has(event.describeBlock)) {
      this.forget(event, state);
    } else if (event.name === 'test_done' && event.test.errors.some(isMissingServer)) {
      event.test.errors = [];
      event.test.status = 'skip';
    }
  }

  skip(block) {
    this.skipped.add(block);
    for (const child of block.children) {
      child.mode = 'skip';
      if (child.type === 'describeBlock') {
        this.skip(child);
      } else {
        child.errors = [];
      }
    }
  }

  /** Hooks that follow find nothing of what `beforeAll` should have made. */
  forget({ hook, describeBlock }, state) {
    if (hook.type === 'afterAll') {
      state.unhandledErrors.pop();
    } else {
      this.skip(describeBlock);
    }
  }
}

/** Jest keeps an error of `node:assert` by itself, and others in a list. */
function isMissingServer(entry) {
  return lacksServer([entry].flat()[0]);
}

function lacksServer(error) {
  return error?.code === 'missing_server' || (error?.cause !== undefined && lacksServer(error.cause));
}

module.exports = SkipWithoutServer;
