import { Logger } from '@nestjs/common';
import { DocumentStoreUnavailableError } from '@tidemark/projections';
import { MongoNetworkError } from 'mongodb';
import { ConsumerLifecycle } from './consumer-lifecycle';

const lost = new MongoNetworkError('connection 1 to 127.0.0.1:27017 closed');

function lifecycle(ensure: () => Promise<void>, requestRaised = () => Promise.resolve()) {
  const started: string[] = [];
  const part = (name: string) => ({ start: () => void started.push(name) });
  const gate = {
    whenOpen: (then: () => void) => then(),
  };
  const parts: unknown[] = [
    part('broker'),
    { ...part('consumers'), requireSameDelivery: () => Promise.resolve() },
    { ensure },
    part('keeper'),
    { requestRaised },
    gate,
    part('sampler'),
  ];
  const consumers = new ConsumerLifecycle(...(parts as ConstructorParameters<typeof ConsumerLifecycle>));
  return { consumers, started };
}

describe('a start during which MongoDB becomes unavailable again', () => {
  let warn: jest.SpyInstance;
  beforeEach(() => {
    warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
  });
  afterEach(() => warn.mockRestore());

  it('waits for MongoDB, and then starts everything', async () => {
    const ensure = jest.fn(() => Promise.resolve()).mockRejectedValueOnce(lost);
    const requestRaised = jest
      .fn(() => Promise.resolve())
      .mockRejectedValueOnce(new DocumentStoreUnavailableError(lost));
    const { consumers, started } = lifecycle(ensure, requestRaised);
    await consumers.onApplicationBootstrap();
    expect(requestRaised).toHaveBeenCalledTimes(2);
    expect(started.sort()).toEqual(['broker', 'consumers', 'keeper', 'sampler']);
  });

  it('ends when MongoDB refuses', async () => {
    const refused = new Error('not authorized');
    const { consumers, started } = lifecycle(() => Promise.reject(refused));
    await expect(consumers.onApplicationBootstrap()).rejects.toBe(refused);
    expect(started).toEqual([]);
  });
});
