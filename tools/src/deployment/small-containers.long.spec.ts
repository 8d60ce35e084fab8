import { eventually, serviceNames } from '@tidemark/test-servers';
import { blockOf, ComposedInstallation, minutes, succeeded } from './containers.fixture';
import { describeWithEngine } from './engine.fixture';

describeWithEngine('in containers, on one Postgres', () => {
  let full: ComposedInstallation;
  let small: ComposedInstallation;
  beforeAll(async () => {
    full = await ComposedInstallation.prepare();
    await succeeded(full.compose('build'));
    // The file names all that it needs, so it also takes the images that another file has built.
    small = full.with({ COMPOSE_FILE: 'docker-compose.small.yml', TIDEMARK_PULL_POLICY: 'missing' });
  }, 60 * minutes);
  afterAll(() => full.remove(), 2 * minutes);

  async function expectReads(installation: ComposedInstallation, order: string): Promise<void> {
    // Read models in another store are filled from the log first.
    await eventually(
      async () =>
        expect(await installation.readOrder(order)).toMatchObject([
          { id: order, status: 'PAID', shipping: { shipmentId: order } },
          { productId: 'MUG' },
          { orderId: order },
        ]),
      { withinMs: 2 * minutes, everyMs: 1_000 },
    );
  }

  it(
    'starts by the lines of docs/containers.md, and answers the first request',
    async () => {
      const { code, stdout, stderr } = await small.shell(
        await blockOf('docs/containers.md', 'On one Postgres'),
      );

      expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
      expect(stderr.split('\n').filter((line) => /warn|error|denied|deprecated/i.test(line))).toEqual([]);
      expect(JSON.parse(stdout)).toMatchObject({ id: 'CUP', version: 1 });
      const running = (await succeeded(small.compose('ps', '--services'))).trim().split('\n');
      expect(running.toSorted()).toEqual(['ctl', 'postgres', ...serviceNames].toSorted());
    },
    10 * minutes,
  );

  it(
    'carries out the requests of the README',
    async () => {
      const order = await small.payOrder();
      await small.expectShipment(order);

      await expectReads(small, order);
      await small.expectNoProblem();
    },
    5 * minutes,
  );

  it.each(['command-service', 'projection-service', 'process-manager', 'postgres'])(
    'loses nothing when %s is killed',
    async (service) => {
      const before = await small.payOrder();
      await succeeded(small.compose('kill', service));
      await succeeded(small.compose('up', '--wait'));

      await small.expectShipment(before);
      await small.expectShipment(await small.payOrder());
    },
    10 * minutes,
  );

  it(
    'goes on after everything was stopped and removed',
    async () => {
      const order = await small.payOrder();
      await succeeded(small.compose('down'));
      await succeeded(small.compose('up', '--wait'));

      await small.expectShipment(order);
      await succeeded(small.ctl('log', 'verify'));
    },
    10 * minutes,
  );

  it(
    'moves to RabbitMQ and MongoDB, and back',
    async () => {
      const before = await small.payOrder();
      await succeeded(full.compose('up', '--wait'));
      const between = await full.payOrder();
      for (const order of [before, between]) {
        await full.expectShipment(order);
        await expectReads(full, order);
      }
      await full.expectNoProblem();

      await succeeded(small.compose('up', '--wait', '--remove-orphans'));
      const after = await small.payOrder();
      for (const order of [before, between, after]) {
        await small.expectShipment(order);
        await expectReads(small, order);
      }
      await small.expectNoProblem();
      await succeeded(small.ctl('log', 'verify'));
    },
    20 * minutes,
  );
});
