import { eventually, ScriptedBroker, type ClientMethod, type PeerSession } from '@tidemark/test-servers';
import { NotConfirmedError } from '../errors';
import { BrokerConnection } from './broker-connection';
import { ConfirmingChannel } from './confirming-channel';

const FOR_EVER = 60_000;

let peer: ScriptedBroker;
let broker: BrokerConnection;
/** Messages that have arrived and are not confirmed yet. */
let arrived: { method: ClientMethod; session: PeerSession }[];

beforeEach(async () => {
  peer = await ScriptedBroker.start();
  broker = new BrokerConnection({ url: peer.url });
  arrived = [];
  peer.follow((method, session) => {
    if (method.name === 'BasicPublish') {
      arrived.push({ method, session });
    }
    return method.name === 'BasicPublish';
  });
});
afterEach(async () => {
  await broker.close();
  await peer.close();
});

const open = async (onRetired = () => {}) =>
  new ConfirmingChannel(await broker.openChannel('confirm'), onRetired);
const message = (messageId: string) => ({
  exchange: 'e',
  routingKey: 'k',
  content: Buffer.from(messageId),
  properties: { messageId },
});
const arrivalOf = (id: string) =>
  eventually(() => {
    const found = arrived.filter(({ method }) => method.message!.properties['messageId'] === id).at(-1);
    expect(found).toBeDefined();
    return found!;
  });

it('a confirm of several messages settles exactly these, and later messages wait for their own confirm', async () => {
  const channel = await open();
  const outcomes: string[] = [];
  const publishing = ['1', '2', '3', '4', '5'].map((id) =>
    channel.publish([message(id)], FOR_EVER).then(
      () => outcomes.push(`${id} confirmed`),
      () => outcomes.push(`${id} refused`),
    ),
  );
  const { method, session } = await arrivalOf('3');
  session.ack(method, true);
  await eventually(() => expect(outcomes).toEqual(['1 confirmed', '2 confirmed', '3 confirmed']));
  const [fourth, fifth] = [await arrivalOf('4'), await arrivalOf('5')];
  fifth.session.ack(fifth.method);
  fourth.session.nack(fourth.method);
  await Promise.all(publishing);
  expect(outcomes.slice(3)).toEqual(['5 confirmed', '4 refused']);
});

it('a window whose confirms are out of order is done when the last confirm arrives', async () => {
  const channel = await open();
  let isDone = false;
  const publishing = channel.publish(['1', '2', '3'].map(message), FOR_EVER).then(() => (isDone = true));
  for (const id of ['3', '1', '2']) {
    const { method, session } = await arrivalOf(id);
    expect(isDone).toBe(false);
    session.ack(method);
  }
  await publishing;
});

it('a late confirm does not count as the confirm of the next attempt', async () => {
  let isRetired = false;
  const first = await open(() => (isRetired = true));
  const other = first.publish([message('other')], FOR_EVER);
  await expect(first.publish([message('late')], 50)).rejects.toBeInstanceOf(NotConfirmedError);
  expect(isRetired).toBe(true);

  const second = await open();
  let isConfirmed = false;
  const late = await arrivalOf('late');
  arrived = arrived.filter((each) => each !== late);
  const again = second.publish([message('late')], FOR_EVER).then(() => (isConfirmed = true));
  const repeated = await arrivalOf('late');
  late.session.ack(late.method);
  // Other messages on the channel of the late message settle there. Only then does the broker see the channel close.
  const { method, session } = await arrivalOf('other');
  session.ack(method);
  await other;
  await eventually(() => expect(peer.openChannels).toBe(1));
  expect(isConfirmed).toBe(false);
  repeated.session.ack(repeated.method);
  await again;
});
