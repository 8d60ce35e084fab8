const Sequencer = require('@jest/test-sequencer').default;

/**
 * The longest-running test files of each tier, longest first. All other files take less than 30 s on two busy cores.
 */
const longest = [
  'apps/process-manager/src/order-fulfilment/simulation/simulate.unit.spec.ts',
  'libs/engine/messaging/src/faults/scripted-broker.unit.spec.ts',
  'apps/process-manager/src/order-fulfilment/simulation/every-crash.unit.spec.ts',
  'apps/process-manager/src/order-fulfilment/simulation/planted-bugs.unit.spec.ts',
  'eslint/architecture.unit.spec.ts',

  'apps/command-service/src/interleavings/commands.int.spec.ts',
  'libs/engine/projections/src/generations/generations.int.spec.ts',
  'libs/engine/projections/src/projection-runner.int.spec.ts',
  'libs/engine/messaging/src/events/broker-delivery.int.spec.ts',
  'libs/engine/messaging/src/events/log-delivery.int.spec.ts',
  'libs/engine/messaging/src/events/relay-group.int.spec.ts',
  'apps/projection-service/src/projection-service.int.spec.ts',
  'libs/engine/messaging/src/events/parking.int.spec.ts',

  'apps/process-manager/src/faults/killed.e2e.spec.ts',
  'tools/src/e2e/start.e2e.spec.ts',
  'tools/src/e2e/faults.e2e.spec.ts',
  'tools/src/e2e/outages.e2e.spec.ts',
  'libs/engine/messaging/src/faults/consumer-killed.e2e.spec.ts',
  'tools/src/e2e/kill.e2e.spec.ts',
  'libs/engine/messaging/src/faults/blocked-broker.e2e.spec.ts',
  'libs/engine/messaging/src/faults/lost-queue.e2e.spec.ts',
  'libs/engine/messaging/src/faults/broker-restarted.e2e.spec.ts',
  'libs/engine/messaging/src/faults/replicas.e2e.spec.ts',
  'tools/src/e2e/read-your-writes.e2e.spec.ts',
  'libs/engine/messaging/src/faults/relay-killed.e2e.spec.ts',
  'libs/engine/messaging/src/faults/frozen-consumer.e2e.spec.ts',
  'tools/src/e2e/equals-the-fold.e2e.spec.ts',
];

/**
 * Starts the longest files first. A long file that starts last keeps one core busy while the others have nothing to do.
 * Jest itself sorts by the times of the last run. In a fresh clone, there are no such times, and Jest sorts by the size
 * of the files.
 */
class LongestFirst extends Sequencer {
  static longest = longest;

  sort(tests) {
    return [...super.sort(tests)].sort((a, b) => rankOf(a) - rankOf(b));
  }
}

function rankOf({ path }) {
  const rank = longest.findIndex((file) => path.endsWith(`/${file}`));
  return rank === -1 ? longest.length : rank;
}

module.exports = LongestFirst;
