import { brokerNames } from '@tidemark/test-servers';
import { aggregates } from './aggregates';
import { consumerGroups } from './consumer-groups';

test('the names are those of the queues and checkpoints of running installations', () => {
  expect(consumerGroups).toEqual(['projections', 'fulfilment']);
});

test('the cleaning of test storage knows every queue', () => {
  expect(brokerNames.groups).toEqual(consumerGroups);
  expect(brokerNames.streamTypes).toEqual(Object.keys(aggregates));
});
