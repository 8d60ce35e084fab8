import { given } from '@tidemark/kernel/testing';
import { contactSchema } from '../contact';
import { parseCustomerId } from '../customer-id';
import { changeCustomerContact } from './change-customer-contact';
import { customer, customerSnapshotOf } from './customer';
import type { CustomerEvent } from './events';
import { registerCustomer } from './register-customer';

const customerId = parseCustomerId('C1')!;
const ada = { name: 'Ada', email: 'Ada@example.org', phone: '+4930123456' };
const registered: CustomerEvent = { type: 'CustomerRegistered', data: { customerId, ...ada } };

describe('RegisterCustomer', () => {
  test('registers a customer once', () => {
    given(customer)
      .when((state) => registerCustomer({ customerId, ...ada }, state))
      .then(registered);
    given(customer, registered)
      .when((state) => registerCustomer({ customerId, ...ada }, state))
      .thenRefused('customer_exists');
  });

  test('leaves out a phone number that was not given', () => {
    const data = { customerId, name: 'Ada', email: ada.email };
    given(customer)
      .when((state) => registerCustomer({ ...data, phone: undefined }, state))
      .then({ type: 'CustomerRegistered', data });
  });
});

describe('ChangeCustomerContact', () => {
  test('keeps the fields that are not given, and publishes the whole contact', () => {
    given(customer, registered)
      .when((state) => changeCustomerContact({ customerId, email: 'ada@new.example' }, state))
      .then({ type: 'CustomerContactChanged', data: { customerId, ...ada, email: 'ada@new.example' } });
  });

  test('records an event even if the contact stays the same', () => {
    given(customer, registered)
      .when((state) => changeCustomerContact({ customerId, ...ada }, state))
      .then({ type: 'CustomerContactChanged', data: { customerId, ...ada } });
  });

  test('needs a customer', () => {
    given(customer)
      .when((state) => changeCustomerContact({ customerId, name: 'Ada' }, state))
      .thenRefused('not_found');
  });
});

test('the snapshot is the latest contact, and an unknown customer has none', () => {
  const changed: CustomerEvent = {
    type: 'CustomerContactChanged',
    data: { customerId, name: 'Ada L.', email: ada.email },
  };
  const state = customer.evolve(customer.evolve(customer.initial, registered), changed);
  expect(customerSnapshotOf(state)).toStrictEqual({ id: 'C1', name: 'Ada L.', email: ada.email });
  expect(customerSnapshotOf(customer.initial)).toBeUndefined();
});

test.each(['030123456', '+0123', '+1234567890123456', '+49 30'])('%s is not an E.164 number', (phone) => {
  expect(contactSchema.safeParse({ ...ada, phone }).success).toBe(false);
});
