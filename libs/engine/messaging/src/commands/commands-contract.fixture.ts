import type { CommandBed } from './command-bed.fixture';
import { CommandsOnTest } from './commands-on-test.fixture';
import { survivesInterruptions } from './interruptions-contract.fixture';
import { sendsCommands } from './publisher-contract.fixture';
import { handlesCommands } from './transport-contract.fixture';

/** What every adapter of `CommandSender` and `CommandReceiver` guarantees, together with publisher and transport. */
export function describeCommands(adapter: string, createBed: () => Promise<CommandBed>): void {
  describe(`commands by ${adapter}`, () => {
    let bed: CommandBed;
    let test: CommandsOnTest;

    beforeEach(async () => {
      bed = await createBed();
      test = new CommandsOnTest(bed);
    });
    afterEach(async () => {
      await test.stop();
      await bed.dispose();
    });

    const [onBed, onTest] = [() => bed, () => test];
    handlesCommands(onBed, onTest);
    survivesInterruptions(onBed, onTest);
    sendsCommands(onBed, onTest);
  });
}
