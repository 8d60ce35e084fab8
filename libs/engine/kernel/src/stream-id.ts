/** `<streamType>-<aggregate id>`, as in `Order-3f1c…`. Stream types contain no hyphen, ids may. */
export function streamIdOf(streamType: string, aggregateId: string): string {
  return `${streamType}-${aggregateId}`;
}

export function aggregateIdOf(streamId: string): string {
  return streamId.slice(streamId.indexOf('-') + 1);
}
