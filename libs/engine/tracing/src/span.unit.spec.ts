import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { startSpan } from './span';
import { startTracing } from './start-tracing';

const outside = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const unsampled = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';

/** Returns the spans that end within `work`. */
async function recorded(work: () => void, sampleRatio = 1) {
  const exporter = new InMemorySpanExporter();
  let spans = exporter.getFinishedSpans();
  const end = startTracing({
    service: 'sample',
    endpoint: 'http://unused',
    sampleRatio,
    exporter: {
      export: (ended, done) => exporter.export(ended, done),
      shutdown: () => {
        spans = [...exporter.getFinishedSpans()];
        return Promise.resolve();
      },
    },
  });
  work();
  await end();
  return spans;
}

describe('startSpan', () => {
  it('passes on the given context if no provider records', () => {
    expect(startSpan({ name: 'a', kind: 'server' }).traceparent).toBeUndefined();
    const span = startSpan({ name: 'a', kind: 'server', traceparent: outside });
    expect(span.traceparent).toBe(outside);
    span.end({ error: new Error('x') });
  });

  it('continues the given trace, and is the parent of spans that get its context', async () => {
    const spans = await recorded(() => {
      const request = startSpan({ name: 'request', kind: 'server', traceparent: outside });
      expect(request.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
      startSpan({ name: 'event', kind: 'consumer', traceparent: request.traceparent! }).end();
      request.end();
    });
    const [event, request] = spans;
    expect(request!.parentSpanContext!.spanId).toBe('b7ad6b7169203331');
    expect(event!.parentSpanContext!.spanId).toBe(request!.spanContext().spanId);
    expect(event!.spanContext().traceId).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(event!.resource.attributes['service.name']).toBe('sample');
  });

  it('begins a trace if none is given', async () => {
    const spans = await recorded(() => {
      const span = startSpan({ name: 'request', kind: 'server' });
      expect(span.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
      span.end();
    });
    expect(spans).toHaveLength(1);
    expect(spans[0]!.parentSpanContext).toBeUndefined();
  });

  it('records the code or the class of an error, and never its message', async () => {
    const [coded, plain] = await recorded(() => {
      const coded = Object.assign(new Error('ada@example.com is taken'), { code: 'taken' });
      startSpan({ name: 'coded', kind: 'server' }).end({ error: coded });
      startSpan({ name: 'plain', kind: 'server' }).end({ error: new TypeError('ada@example.com') });
    });
    expect(coded!.status).toMatchObject({ message: 'taken' });
    expect(plain!.status).toMatchObject({ message: 'TypeError' });
    expect(JSON.stringify([coded!.events, plain!.events])).not.toContain('ada@example.com');
  });

  it("records the given share of its own traces, and follows the sender's decision for other traces", async () => {
    const spans = await recorded(() => {
      startSpan({ name: 'own', kind: 'server' }).end();
      startSpan({ name: 'recorded', kind: 'server', traceparent: outside }).end();
      const span = startSpan({ name: 'not recorded', kind: 'server', traceparent: unsampled });
      expect(span.traceparent).toMatch(/-00$/);
      span.end();
    }, 0);
    expect(spans.map(({ name }) => name)).toEqual(['recorded']);
  });
});
