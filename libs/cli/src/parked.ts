import { consumers, type Consumer, type TidemarkInstallation } from './installation';
import { columns, fields, type Report } from './report';

interface ParkedItem {
  readonly id: string;
  readonly streamId: string;
  readonly status: string;
  readonly partition: number;
  readonly error: { readonly code: string; readonly message: string };
}

/** Lists the parked streams of both consumers. */
export async function listParked(tidemark: TidemarkInstallation): Promise<Report> {
  const found = await Promise.all(
    Object.entries(consumers).map(async ([consumer, service]) => {
      const items = await tidemark.list<ParkedItem>(service, '/admin/parked');
      return items.map((item) => ({ consumer, ...item }));
    }),
  );
  const items = found.flat();
  const rows = items.map(({ consumer, id, status, streamId, error }) => [
    consumer,
    id,
    status,
    streamId,
    `${error.code}: ${error.message}`,
  ]);
  return {
    json: items,
    text:
      items.length === 0
        ? 'nothing is parked'
        : columns([['consumer', 'id', 'status', 'stream', 'error'], ...rows]),
    isTrouble: items.length > 0,
  };
}

export async function showParked(tidemark: TidemarkInstallation, id: string): Promise<Report> {
  const { item } = await findParked(tidemark, id);
  return { json: item, text: fields(item) };
}

/** Requests the retry or the discard. The partition's owner carries it out within seconds. */
export async function actOnParked(
  tidemark: TidemarkInstallation,
  act: 'retry' | 'discard',
  id: string,
): Promise<Report> {
  const { consumer } = await findParked(tidemark, id);
  const item = await tidemark.post<ParkedItem>(consumers[consumer], `/admin/parked/${id}/${act}`);
  return { json: item, text: `${item.streamId} is ${item.status}; to follow it: tidemark parked show ${id}` };
}

/** Ids are unique, so the operator need not name the consumer. */
async function findParked(
  tidemark: TidemarkInstallation,
  id: string,
): Promise<{ consumer: Consumer; item: ParkedItem }> {
  for (const consumer of Object.keys(consumers) as Consumer[]) {
    const { status, body } = await tidemark.ask(
      consumers[consumer],
      `/admin/parked/${encodeURIComponent(id)}`,
    );
    if (status === 200) {
      return { consumer, item: body as ParkedItem };
    }
  }
  throw new Error(`no consumer has a parked stream with the id ${id}`);
}
