import { deliversEvents } from './announcements-contract.fixture';
import { ConsumersOnTest, type DeliveryBed } from './consumers-on-test.fixture';
import { survivesHandlers } from './handlers-contract.fixture';
import { survivesLosses } from './losses-contract.fixture';

/** What every adapter of `Delivery` guarantees, together with a consumer group. */
export function describeDelivery(adapter: string, createBed: () => Promise<DeliveryBed>): void {
  describe(`a consumer group by ${adapter}`, () => {
    let bed: DeliveryBed;
    let test: ConsumersOnTest;

    beforeEach(async () => {
      bed = await createBed();
      test = new ConsumersOnTest(bed);
    });
    afterEach(async () => {
      await test.stop();
      await bed.dispose();
    });

    const [onBed, onTest] = [() => bed, () => test];
    deliversEvents(onBed, onTest);
    survivesHandlers(onBed, onTest);
    survivesLosses(onBed, onTest);
  });
}
