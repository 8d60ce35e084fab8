export { customerSnapshotSchema, type CustomerSnapshot } from './contact';
export { customerIdSchema, parseCustomerId, type CustomerId } from './customer-id';
export { changeCustomerContact, type ChangeCustomerContact } from './customer/change-customer-contact';
export { customer, customerSnapshotOf, type CustomerState } from './customer/customer';
export { customerContracts, type CustomerEvent } from './customer/events';
export { registerCustomer, type RegisterCustomer } from './customer/register-customer';
