import { commandIdOf } from './command-id';

describe('commandIdOf', () => {
  it('never changes, because another id would make every resent command a new command', () => {
    expect(commandIdOf('order-fulfilment', '3f1c6a52-8d5e-4c8b-9a5e-0d6f4b7f7a11', 'create_shipment')).toBe(
      'c18be3ab-04a6-56f0-b45c-39b963df58cc',
    );
  });

  it('differs if text moves between process, instance and step', () => {
    const ids = [
      commandIdOf('p', 'i', 's'),
      commandIdOf('p', 'i', 't'),
      commandIdOf('p', 'j', 's'),
      commandIdOf('q', 'i', 's'),
      commandIdOf('p', 'is', ''),
      commandIdOf('pi', '', 's'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});
