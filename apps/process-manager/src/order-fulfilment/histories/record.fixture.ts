import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FulfilmentWorld, type WorldPlan } from '../simulation/fulfilment-world.fixture';
import { shortStories } from '../simulation/stories.fixture';
import { inOrder, lastFirst, tell, type Schedule } from '../simulation/tell.fixture';
import { fulfilmentVersions } from '../versions';
import { recorded, replay } from './recorded-history.fixture';

/**
 * Records what the newest version does with each short story, one line per input. A version is recorded once, at its
 * release. Existing records are never overwritten.
 *
 *     npx tsx --conditions=development apps/process-manager/src/order-fulfilment/histories/record.fixture.ts
 */
const newest = fulfilmentVersions().reduce((one, other) => (other.version > one.version ? other : one));
const directory = join(__dirname, `v${newest.version}`);
if (existsSync(directory)) {
  throw new Error(
    `version ${newest.version} is already recorded; if the behaviour has changed, add a version`,
  );
}
mkdirSync(directory);

function record(name: string, plan: WorldPlan, schedule: Schedule): void {
  const world = new FulfilmentWorld(plan, { definition: newest });
  const faults = tell(world, schedule);
  if (faults.length > 0) {
    throw new Error(`${name}: ${faults.join('; ')}`);
  }
  // An order that is cancelled before a payment has no fulfilment.
  if (world.toldFirst().length > 0) {
    write(name, world);
  }
}

function write(name: string, world: FulfilmentWorld): void {
  const steps = replay(newest, world.toldFirst().map(recorded));
  const lines = steps.map((step) => JSON.stringify(step)).join('\n');
  writeFileSync(join(directory, `${name.replaceAll(/\W+/g, '-')}.jsonl`), `${lines}\n`);
}

for (const [name, plan] of Object.entries(shortStories)) {
  record(name, plan, inOrder);
  record(`${name}, last first`, plan, lastFirst);
}

/** An operator undoes the order as soon as the shipment exists, before the warehouse dispatches it. */
const forced = new FulfilmentWorld(shortStories['fulfilled']!, { definition: newest });
const created = () => forced.evidence().log.some(({ type }) => type === 'ShipmentCreated');
while (!created()) {
  inOrder(forced.possibleActs())();
}
forced.interventions()[0]!();
tell(forced, inOrder);
write('forced back', forced);
