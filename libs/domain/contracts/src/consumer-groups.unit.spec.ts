import { brokerNames } from '@tidemark/testing';
import { aggregates } from './aggregates';
import { consumerGroups } from './consumer-groups';

test('queues and checkpoints of running installations bear these names', () => {
  expect(consumerGroups).toEqual(['projections', 'fulfilment']);
});

test('test storage is cleared of every queue', () => {
  expect(brokerNames.groups).toEqual(consumerGroups);
  expect(brokerNames.streamTypes).toEqual(Object.keys(aggregates));
});
