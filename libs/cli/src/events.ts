import type { TidemarkInstallation } from './installation';
import { columns, fields, type Report } from './report';

interface Envelope {
  readonly version: number;
  readonly timestamp: string;
  readonly type: string;
  readonly partition: number;
  readonly position: number;
  readonly metadata: { readonly actor: string };
}

const pageSize = 100;

/** Shows every event of a stream, such as `Order-3f1c…`. */
export async function showStream(tidemark: TidemarkInstallation, streamId: string): Promise<Report> {
  const events: Envelope[] = [];
  for (let from = 1; ; from += pageSize) {
    const path = `/v1/streams/${encodeURIComponent(streamId)}/events?fromVersion=${from}&limit=${pageSize}`;
    const { items } = await tidemark.get<{ items: Envelope[] }>('query-service', path);
    events.push(...items);
    if (items.length < pageSize) {
      break;
    }
  }
  const rows = events.map(({ version, timestamp, type, partition, position, metadata }) => [
    version,
    timestamp,
    type,
    `${partition}:${position}`,
    metadata.actor,
  ]);
  return { json: events, text: columns([['version', 'at', 'type', 'place', 'actor'], ...rows]) };
}

/** Shows an order as the read model has it. */
export async function showOrder(tidemark: TidemarkInstallation, orderId: string): Promise<Report> {
  const order = await tidemark.get<{
    timeline: readonly { timestamp: string; event: string; actor: string }[];
  }>('query-service', `/v1/orders/${orderId}`);
  const { timeline, ...facts } = order;
  const rows = timeline.map(({ timestamp, event, actor }) => [timestamp, event, actor]);
  return { json: order, text: `${fields(facts)}\n\n${columns([['at', 'event', 'actor'], ...rows])}` };
}
