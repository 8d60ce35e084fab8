import { LeaseLostError, type Lease } from '@tidemark/messaging';
import { cards, opened } from '../board.fixture';
import { MongoGroupStore } from '../mongo-group-store';
import { GenerationsBed, group } from './generations-bed.fixture';
import { MembershipChanged, PartitionMembers } from './partition-members';

const partition = 0;
const start = { position: 0 };
const one = { position: 1, eventId: '0-1' };
let bed: GenerationsBed;
let store: MongoGroupStore;
let members: PartitionMembers;
let lease: Lease;

beforeAll(async () => {
  bed = await GenerationsBed.open();
});
afterAll(() => bed.close());
beforeEach(async () => {
  await bed.reset();
  store = new MongoGroupStore(bed.db, group, ['cards_v1']);
  members = new PartitionMembers(bed.db, group);
  lease = (await store.acquire(partition, 'a', 60_000))!;
});

const generations = async () => (await members.find(partition))?.generations;

describe('PartitionMembers', () => {
  it('moves the checkpoint for what it was asked for, and refuses when a generation came in between', async () => {
    const known = await members.held(lease);
    expect(await members.join(partition, 'cards_v1_g2', 0)).toBe(true);
    await expect(members.advance(lease, start, one, known)).rejects.toBeInstanceOf(MembershipChanged);
    expect((await members.find(partition))?.checkpoint).toEqual(start);

    await members.advance(lease, start, one, await members.held(lease));
    expect(await members.find(partition)).toMatchObject({ checkpoint: one, generations: ['cards_v1_g2'] });
  });

  it('lets nobody join who lacks what the checkpoint has passed, nor whom the owner can not fold, nor twice', async () => {
    await members.advance(lease, start, one, await members.held(lease));
    expect(await members.join(partition, 'cards_v1_g2', 0)).toBe(false);
    expect(await members.join(partition, 'cards_v2_g2', 1)).toBe(false);
    expect(await members.join(partition, 'cards_v1_g2', 1)).toBe(true);
    expect(await members.join(partition, 'cards_v1_g2', 1)).toBe(false);
    expect(await generations()).toEqual(['cards_v1_g2']);
  });

  it('obeys the latest lease only, also after a loss of everything', async () => {
    const known = await members.held(lease);
    await store.release(lease);
    const successor = (await store.acquire(partition, 'b', 60_000))!;
    await expect(members.advance(lease, start, one, known)).rejects.toBeInstanceOf(LeaseLostError);
    await expect(members.change(lease, known, [])).rejects.toBeInstanceOf(LeaseLostError);
    await expect(members.held(lease)).rejects.toBeInstanceOf(LeaseLostError);
    const later = await members.held(successor);
    await bed.db.dropDatabase();
    await expect(members.advance(successor, start, one, later)).rejects.toBeInstanceOf(LeaseLostError);
  });

  it('makes the owner do its batch again when a document was healed, but not when the partition has gone on', async () => {
    const known = await members.held(lease);
    expect(await members.repeat(known)).toBe(true);
    await expect(members.advance(lease, start, one, known)).rejects.toBeInstanceOf(MembershipChanged);
    const again = await members.held(lease);
    await members.advance(lease, start, one, again);
    expect(await members.repeat(again)).toBe(false);
  });

  it('takes a generation out everywhere, and says how far a line is at least', async () => {
    await members.join(partition, 'cards_v1_g2', 0);
    await members.remove('cards_v1_g2');
    expect(await generations()).toEqual([]);
    const line = new PartitionMembers(bed.db, 'line');
    await line.raise(partition, one);
    await line.raise(partition, start);
    expect((await line.find(partition))?.checkpoint).toEqual(one);
    await line.clear();
    expect(await line.find(partition)).toBeUndefined();
  });
});

describe('GenerationsHandler', () => {
  it('does a batch again for a generation that came while it was folded, and then lets nothing be missing', async () => {
    bed.append(partition, opened('c1', 'Ada'), opened('c2', 'Ada'));
    await bed.registry.ensure([cards]);
    const handler = bed.handler([cards]);
    const events = [...bed.partition(partition)];
    const to = { position: 1, eventId: events[0]!.eventId };
    const { signal } = new AbortController();
    await handler.handle({ lease, after: start, to, events: events.slice(0, 1) }, signal);
    // What a line has filled up to here.
    const first = await bed.db.collection('cards_v1_g1').find().toArray();
    await bed.db.collection('cards_v1_g2').insertMany(first);
    expect(await members.join(partition, 'cards_v1_g2', 1)).toBe(true);

    const end = { position: 2, eventId: events[1]!.eventId };
    await handler.handle({ lease, after: to, to: end, events: events.slice(1) }, signal);
    for (const generation of ['cards_v1_g1', 'cards_v1_g2']) {
      const ids = (await bed.db.collection(generation).find().sort({ _id: 1 }).toArray()).map(
        ({ _id }) => _id,
      );
      expect(ids).toEqual(['c1', 'c2']);
    }
  });

  it('lets go what it has no code of, whose line then goes on from there', async () => {
    bed.append(partition, opened('c1', 'Ada'));
    await bed.registry.ensure([cards]);
    const [event] = bed.partition(partition);
    const { signal } = new AbortController();
    const batch = { after: start, to: { position: 1, eventId: event!.eventId }, events: [event!] };
    await bed.handler([cards]).handle({ lease, ...batch }, signal);
    expect(await generations()).toEqual(['cards_v1_g1']);

    await store.release(lease);
    const newer = (await store.acquire(partition, 'b', 60_000))!;
    const nothing = { after: batch.to, to: { position: 2, eventId: 'left out' }, events: [] };
    await bed.handler([{ ...cards, version: 2 }]).handle({ lease: newer, ...nothing }, signal);
    expect(await generations()).toEqual([]);
    const line = new PartitionMembers(bed.db, 'projections/cards_v1_g1');
    expect((await line.find(partition))?.checkpoint).toEqual(batch.to);
  });
});
