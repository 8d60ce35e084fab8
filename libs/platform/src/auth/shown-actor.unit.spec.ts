import type { Caller, Role } from './caller';
import { shownActor } from './shown-actor';

const caller = (role: Role): Caller => ({ subject: 'ada', roles: [role], customerId: 'C1' });

describe('the actor of an event', () => {
  it('is shown to a customer if it is that customer or a process', () => {
    expect(shownActor(caller('customer'), 'ada')).toBe('ada');
    expect(shownActor(caller('customer'), 'process:order-fulfilment')).toBe('process:order-fulfilment');
  });

  it.each(['olga@warehouse', 'ad', 'adam', 'service', 'a process:x'])(
    '%s is shown to a customer as staff',
    (actor) => {
      expect(shownActor(caller('customer'), actor)).toBe('staff');
    },
  );

  it.each(['operator', 'service', 'admin'] as const)('is shown to role %s', (role) => {
    expect(shownActor(caller(role), 'olga@warehouse')).toBe('olga@warehouse');
  });
});
